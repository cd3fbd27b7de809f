package dynamo_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/store/dynamo"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// now is the time in these tests: 100 seconds after 1970 began.
func now() time.Time { return time.Unix(100, 0).UTC() }

// answer is what a table says to one request. Without a status it breaks the
// connection.
type answer struct {
	status int
	body   string
}

// ok is the answer to a write or read that succeeds with nothing to show.
func ok() answer { return answer{200, `{}`} }

// refusal is the answer to a write whose condition does not hold.
func refusal(item string) answer {
	return answer{400, `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no","Item":` + item + `}`}
}

// request is what was asked of a table.
type request struct {
	operation string
	body      struct {
		Key, Item                 map[string]json.RawMessage
		UpdateExpression          string
		ConditionExpression       string
		KeyConditionExpression    string
		ExpressionAttributeNames  map[string]string
		ExpressionAttributeValues map[string]json.RawMessage
		ExclusiveStartKey         map[string]json.RawMessage
		TransactItems             []json.RawMessage
		ClientRequestToken        string
	}
}

// table is a store over a table that gives answers in turn, the last of them
// for ever, and the requests it got.
func table(t *testing.T, answers ...answer) (*dynamo.Store, func() []request) {
	t.Helper()
	var mu sync.Mutex
	var got []request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		asked := request{operation: operation}
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(body, &asked.body)
		}
		if err != nil {
			t.Errorf("read a request: %v", err)
		}
		a := answers[min(len(got), len(answers)-1)]
		got = append(got, asked)
		if a.status == 0 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(a.status)
		io.WriteString(w, a.body)
	}))
	t.Cleanup(server.Close)
	s := dynamo.New(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), HTTPClient: server.Client(),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}, "t", dynamo.Options{Now: now})
	return s, func() []request {
		mu.Lock()
		defer mu.Unlock()
		return got
	}
}

// String is a request as a person would write it, the key left out: names and
// values stand where their placeholders are.
func (r request) String() string {
	placeholder := regexp.MustCompile(`[#:]\d+`)
	fill := func(expression string) string {
		return placeholder.ReplaceAllStringFunc(expression, func(p string) string {
			if name, ok := r.body.ExpressionAttributeNames[p]; ok {
				return name
			}
			return string(r.body.ExpressionAttributeValues[p])
		})
	}
	out := r.operation
	if r.body.Item != nil {
		delete(r.body.Item, "_pk")
		delete(r.body.Item, "_sk")
		item, _ := json.Marshal(r.body.Item)
		out += " " + string(item)
	}
	if r.body.UpdateExpression != "" {
		out += " " + fill(r.body.UpdateExpression)
	}
	if r.body.KeyConditionExpression != "" {
		out += " " + fill(r.body.KeyConditionExpression)
	}
	if r.body.ExclusiveStartKey != nil {
		from, _ := json.Marshal(r.body.ExclusiveStartKey)
		out += " FROM " + string(from)
	}
	if r.body.ConditionExpression != "" {
		out += " IF " + fill(r.body.ConditionExpression)
	}
	return out
}

func strs(requests []request) (out []string) {
	for _, r := range requests {
		out = append(out, r.String())
	}
	return out
}
