//go:build dynamodb

package exact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/local/emulator"
	"github.com/tollgate-llm/tollgate/store/dynamo/dynamotest"
)

// functions are the Lambda functions that batches need, on one machine, in an
// account that moto and DynamoDB Local play.
type functions struct {
	gateway    *emulator.Gateway
	queue      all.Queue
	url        string
	bootstraps map[string]string // the programs' paths
}

func newFunctions(t *testing.T, b *books, table, account string) *functions {
	t.Helper()
	dir := t.TempDir()
	f := &functions{bootstraps: map[string]string{}}
	var some []routes.Function
	for _, fn := range routes.Functions() {
		if fn.Name != "chat" && fn.Name != "batch" && fn.Name != "admin" {
			continue
		}
		f.bootstraps[fn.Name] = compile(t, fn, dir)
		if fn.Name == "batch" {
			fn.TimeoutSeconds = workerSeconds
		}
		some = append(some, fn)
	}
	var theirs []routes.Route
	for _, r := range routes.All() {
		if f.bootstraps[r.Function] != "" {
			theirs = append(theirs, r)
		}
	}
	for name, v := range map[string]string{
		"AWS_ENDPOINT_URL_SQS": account, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
	} {
		t.Setenv(name, v)
	}
	url := makeQueue(t, account)
	var err error
	if f.queue, err = all.OpenQueue(url, nil); err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	f.gateway, err = emulator.New(emulator.Options{
		Routes: theirs, Functions: some, Bootstraps: f.bootstraps, Log: log,
		Env: []string{
			"CONFIG_FILE_PATH=" + configure(t, b), "TABLE_NAME=" + tableName, "QUEUE_URL_BATCH=" + url,
			"AWS_ENDPOINT_URL_DYNAMODB=" + table, "AWS_ENDPOINT_URL_SQS=" + account, "AWS_REGION=us-east-1",
			"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(f.gateway)
	f.url = server.URL
	t.Cleanup(func() {
		if err := f.gateway.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
		if t.Failed() {
			t.Logf("%s", log.Bytes()[max(0, log.Len()-20_000):])
		}
	})
	return f
}

// compile compiles a function for this machine, as NAME/bootstrap in a folder.
func compile(t *testing.T, fn routes.Function, dir string) (path string) {
	t.Helper()
	path = filepath.Join(dir, fn.Name, "bootstrap")
	if out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", path, "../../"+fn.Dir).CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", fn.Name, err, out)
	}
	return path
}

// startMoto starts moto, which plays AWS, until the test ends.
func startMoto(t *testing.T) string {
	t.Helper()
	program := programOf(t, "MOTO")
	address := dynamotest.FreeAddress(t)
	host, port, _ := strings.Cut(address, ":")
	run := exec.CommandContext(t.Context(), program, "-H", host, "-p", port)
	if err := run.Start(); err != nil {
		t.Fatalf("start moto: %v", err)
	}
	t.Cleanup(func() { _ = run.Wait() }) // killed by the end of the test's context
	url := "http://" + address
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		answer, err := http.Get(url + "/moto-api/")
		if err == nil {
			answer.Body.Close()
			return url
		}
		if time.Now().After(deadline) {
			t.Fatalf("moto does not answer: %v", err)
		}
	}
}

// makeQueue makes the queue. Its messages are not put aside here, however often
// they came.
func makeQueue(t *testing.T, account string) (url string) {
	t.Helper()
	body := fmt.Sprintf(`{"QueueName":"batch","Attributes":{"VisibilityTimeout":"%d"}}`, hiddenSeconds)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, account, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "AmazonSQS.CreateQueue")
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var made struct {
		QueueURL string `json:"QueueUrl"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&made); err != nil || made.QueueURL == "" {
		t.Fatalf("make a queue: got %d, %v", answer.StatusCode, err)
	}
	return made.QueueURL
}
