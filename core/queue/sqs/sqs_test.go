package sqs_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/core/queue/sqs"
)

// asked is one question, as SQS gets it.
type asked struct {
	target, version string
	body            map[string]any
}

// open is a queue whose service answers what it is told to.
func open(t *testing.T, answers map[string]string) (*sqs.Queue, func() []asked) {
	t.Helper()
	var mu sync.Mutex
	var got []asked
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		a := asked{target: r.Header.Get("X-Amz-Target"), version: r.Header.Get("Content-Type")}
		if err != nil || json.Unmarshal(text, &a.body) != nil || !strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/sqs/aws4_request") {
			t.Errorf("got %s, %v, signed %q", text, err, r.Header.Get("Authorization"))
		}
		mu.Lock()
		defer mu.Unlock()
		got = append(got, a)
		answer := answers[a.target]
		if strings.HasPrefix(answer, "!") {
			w.WriteHeader(http.StatusBadRequest)
		}
		fmt.Fprint(w, strings.TrimPrefix(answer, "!"))
	}))
	t.Cleanup(server.Close)
	for name, v := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "key",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_PROFILE": "", "AWS_SESSION_TOKEN": "",
	} {
		t.Setenv(name, v)
	}
	q := &sqs.Queue{Account: &cloud.Account{Now: time.Now}, URL: "https://sqs.example.com/1/batch"}
	return q, func() []asked {
		mu.Lock()
		defer mu.Unlock()
		return got
	}
}

// TestSend: ten messages a request, and what SQS did not take is an error.
func TestSend(t *testing.T) {
	q, asked := open(t, map[string]string{"AmazonSQS.SendMessageBatch": `{"Successful":[{"Id":"0","MessageId":"a"}]}`})
	var messages []string
	for n := range 23 {
		messages = append(messages, fmt.Sprint("m", n))
	}
	if err := q.Send(t.Context(), 1500*time.Millisecond, messages); err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, a := range asked() {
		if a.version != "application/x-amz-json-1.0" || a.body["QueueUrl"] != q.URL {
			t.Errorf("got %+v", a)
		}
		entries := a.body["Entries"].([]any)
		ids := map[any]bool{}
		for _, e := range entries {
			one := e.(map[string]any)
			ids[one["Id"]] = true
			bodies = append(bodies, one["MessageBody"].(string))
			if one["DelaySeconds"] != 2.0 {
				t.Errorf("got a delay of %v, want 2: the next second", one["DelaySeconds"])
			}
		}
		if len(entries) > 10 || len(ids) != len(entries) {
			t.Errorf("got %d entries with ids %v, want ten at most, each with its own", len(entries), ids)
		}
	}
	slices.Sort(bodies)
	slices.Sort(messages)
	if !slices.Equal(bodies, messages) || len(asked()) != 3 {
		t.Errorf("got %d requests with %q", len(asked()), bodies)
	}
	for answer, want := range map[string]string{
		`{"Failed":[{"Id":"0","Code":"InternalError","Message":"not now","SenderFault":false}]}`: "message 0: InternalError not now",
		`!{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"none"}`:                     "QueueDoesNotExist",
	} {
		q, _ := open(t, map[string]string{"AmazonSQS.SendMessageBatch": answer})
		if err := q.Send(t.Context(), 0, []string{"m"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", answer, err, want)
		}
	}
}

// TestReceive reads messages as AWS documents them, and deletes by their receipts.
func TestReceive(t *testing.T) {
	q, asked := open(t, map[string]string{
		"AmazonSQS.ReceiveMessage": `{"Messages":[{"MessageId":"a","ReceiptHandle":"ra","Body":"one","MD5OfBody":"x","Attributes":{"ApproximateReceiveCount":"3"}},` +
			`{"MessageId":"b","ReceiptHandle":"rb","Body":"two","Attributes":{"ApproximateReceiveCount":"1"}}]}`,
		"AmazonSQS.DeleteMessageBatch": `{"Successful":[],"Failed":[{"Id":"1","Code":"ReceiptHandleIsInvalid"}]}`,
	})
	got, err := q.Receive(t.Context(), 50)
	want := []queue.Message{{ID: "a", Body: "one", Received: 3, Receipt: "ra"}, {ID: "b", Body: "two", Received: 1, Receipt: "rb"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if a := asked()[0].body; a["MaxNumberOfMessages"] != 10.0 || a["WaitTimeSeconds"] != 20.0 || fmt.Sprint(a["AttributeNames"]) != "[ApproximateReceiveCount]" {
		t.Errorf("got %v asked", a)
	}
	if err := q.Delete(t.Context(), got); err == nil || !strings.Contains(err.Error(), "message 1: ReceiptHandleIsInvalid") {
		t.Errorf("got %v, want what was not deleted", err)
	}
	entries := fmt.Sprint(asked()[1].body["Entries"])
	if entries != "[map[Id:0 ReceiptHandle:ra] map[Id:1 ReceiptHandle:rb]]" {
		t.Errorf("got %s deleted", entries)
	}
	for _, answer := range []string{`{}`, `{"Messages":[{"MessageId":"a","Attributes":{}}]}`} {
		q, _ := open(t, map[string]string{"AmazonSQS.ReceiveMessage": answer})
		if m, err := q.Receive(t.Context(), 1); len(m) > 0 || (err == nil) != (answer == "{}") {
			t.Errorf("%s: got %+v, %v", answer, m, err)
		}
	}
}
