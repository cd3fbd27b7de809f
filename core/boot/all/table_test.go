package all_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// TestTable holds that a function asks the table of TABLE_NAME, at the endpoint
// of AWS_ENDPOINT_URL, and none without a name.
func TestTable(t *testing.T) {
	for table, want := range map[string]string{"gateway": "DynamoDB_20120810.GetItem gateway", "": ""} {
		asked := &requests{}
		dynamo := httptest.NewServer(asked)
		defer dynamo.Close()
		for name, value := range map[string]string{
			"TABLE_NAME": table, "LITELLM_MASTER_KEY": "sk-master", "CONFIG_FILE_PATH": "", "AWS_ENDPOINT_URL": dynamo.URL,
			"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
		} {
			t.Setenv(name, value)
		}
		h, err := all.Handler(boot.Chat(), nil)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, "/v1/responses/resp_1", nil)
		r.Header.Set("Authorization", "Bearer sk-0123456789abcdef0123456789abcdef")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized || asked.first != want {
			t.Errorf("TABLE_NAME %q: got %d and the first request %q, want 401 and %q", table, w.Code, asked.first, want)
		}
	}
}

// requests is a DynamoDB of empty tables that remembers what it was asked first.
type requests struct {
	mu    sync.Mutex
	first string
}

func (q *requests) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	var in struct{ TableName string }
	if err == nil && json.Unmarshal(body, &in) == nil && q.first == "" {
		q.first = r.Header.Get("X-Amz-Target") + " " + in.TableName
	}
	_, _ = io.WriteString(w, "{}")
}
