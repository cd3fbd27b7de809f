package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/local/report/cost"
)

// tableName is the one table of a report.
const tableName = "report"

// definition is the table as store/dynamo and the stack make it.
const definition = `{"TableName":"` + tableName + `","BillingMode":"PAY_PER_REQUEST",
"AttributeDefinitions":[{"AttributeName":"_pk","AttributeType":"S"},{"AttributeName":"_sk","AttributeType":"S"},{"AttributeName":"_1pk","AttributeType":"S"},{"AttributeName":"_1sk","AttributeType":"S"}],
"KeySchema":[{"AttributeName":"_pk","KeyType":"HASH"},{"AttributeName":"_sk","KeyType":"RANGE"}],
"GlobalSecondaryIndexes":[{"IndexName":"Index1","Projection":{"ProjectionType":"ALL"},"KeySchema":[{"AttributeName":"_1pk","KeyType":"HASH"},{"AttributeName":"_1sk","KeyType":"RANGE"}]}]}`

// dynamo passes requests on to a program that speaks DynamoDB's API, and counts
// what each of them took. Functions do not ask for that, so it is asked for on
// the way: their signature is not checked here.
type dynamo struct {
	url    string
	client http.Client

	mu    sync.Mutex
	taken cost.Units
}

// startDynamo runs the program, with one empty table. Stop ends it.
func startDynamo(ctx context.Context, program string) (d *dynamo, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, fmt.Errorf("find a port: %w", err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		return nil, nil, fmt.Errorf("free a port: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, "--host", "127.0.0.1", "--port", port)
	if err := cmd.Start(); err != nil {
		return nil, nil, fmt.Errorf("start %s: %w", program, err)
	}
	stop = func() {
		_ = cmd.Process.Kill() // fails if it has ended
		_ = cmd.Wait()
	}
	d = &dynamo{url: "http://127.0.0.1:" + port, client: http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		status, body, err := d.ask(ctx, http.Header{"X-Amz-Target": {"DynamoDB_20120810.CreateTable"}}, []byte(definition))
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("%d %s", status, body)
		}
		if err == nil {
			return d, stop, nil
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			stop()
			return nil, nil, fmt.Errorf("create the table: %w", err)
		}
	}
}

func (d *dynamo) ask(ctx context.Context, h http.Header, body []byte) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("X-Amz-Target", h.Get("X-Amz-Target"))
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=id/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00")
	r.Header.Set("X-Amz-Date", "20260101T000000Z")
	answer, err := d.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	out, err := io.ReadAll(answer.Body)
	return answer.StatusCode, out, err
}

// ServeHTTP implements http.Handler.
func (d *dynamo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		body, err = counted(body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	status, out, err := d.ask(r.Context(), r.Header, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	d.count(r.Header.Get("X-Amz-Target"), out)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(out)), 10)) // AWS's client looks at it
	w.WriteHeader(status)
	_, _ = w.Write(out)
}

// counted is a request that asks what it takes.
func counted(body []byte) ([]byte, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, fmt.Errorf("read a request: %w", err)
	}
	members["ReturnConsumedCapacity"] = json.RawMessage(`"TOTAL"`)
	return json.Marshal(members)
}

// capacity is what an answer says that its request took. One of several items
// has a list.
type capacity struct{ CapacityUnits float64 }

func (d *dynamo) count(target string, answer []byte) {
	_, operation, _ := strings.Cut(target, ".")
	var said struct {
		Type             string `json:"__type"`
		ConsumedCapacity json.RawMessage
	}
	_ = json.Unmarshal(answer, &said) // one that cannot be read says nothing
	var one capacity
	var several []capacity
	if json.Unmarshal(said.ConsumedCapacity, &one) != nil {
		_ = json.Unmarshal(said.ConsumedCapacity, &several)
	}
	for _, c := range several {
		one.CapacityUnits += c.CapacityUnits
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.taken.Calls++
	switch {
	case strings.HasSuffix(said.Type, "ConditionalCheckFailedException"), strings.HasSuffix(said.Type, "TransactionCanceledException"):
		d.taken.Refused++
	case strings.Contains(operation, "Get"), operation == "Query", operation == "Scan":
		d.taken.Read += one.CapacityUnits
	default:
		d.taken.Write += one.CapacityUnits
	}
}

// take is what was taken since it was called before.
func (d *dynamo) take() cost.Units {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.taken
	d.taken = cost.Units{}
	return t
}
