//go:build dynamodb

package exact

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// wire stands between a gateway and DynamoDB. It has every answer say what it
// took, and writes that down.
type wire struct {
	*httptest.Server
	to     string
	client *http.Client

	mu    sync.Mutex
	calls []call
}

// call is one request to DynamoDB.
type call struct {
	operation  string
	begun, end time.Time
	units      float64 // of the table and its index
	writes     bool
}

// slowly is how long each call takes at least: calls that do not wait for each
// other are seen to be under way together.
const slowly = 20 * time.Millisecond

func startWire(t *testing.T, to string) *wire {
	t.Helper()
	w := &wire{to: to, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers, DisableCompression: true}}}
	w.Server = httptest.NewServer(w)
	t.Cleanup(w.client.CloseIdleConnections)
	t.Cleanup(w.Server.Close)
	return w
}

// ServeHTTP implements http.Handler.
func (w *wire) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	_, operation, _ := strings.Cut(in.Header.Get("X-Amz-Target"), ".")
	c := call{operation: operation, begun: time.Now(), writes: !slices.Contains([]string{"GetItem", "Query", "BatchGetItem"}, operation)}
	asked, err := askingUnits(in.Body)
	if err != nil {
		http.Error(out, err.Error(), http.StatusBadRequest)
		return
	}
	reply, body, err := w.pass(in, asked)
	if err != nil {
		http.Error(out, err.Error(), http.StatusBadGateway)
		return
	}
	if wait := slowly - time.Since(c.begun); wait > 0 {
		time.Sleep(wait)
	}
	c.end, c.units = time.Now(), consumed(body)
	if !sums(operation, asked) {
		w.mu.Lock()
		w.calls = append(w.calls, c)
		w.mu.Unlock()
	}
	for name, values := range reply.Header {
		out.Header()[name] = values
	}
	out.WriteHeader(reply.StatusCode)
	_, _ = out.Write(body) // a gateway that has left needs it no more
}

// askingUnits is a request that also asks what it takes.
func askingUnits(body io.Reader) ([]byte, error) {
	var asked map[string]json.RawMessage
	if err := json.NewDecoder(body).Decode(&asked); err != nil {
		return nil, err
	}
	asked["ReturnConsumedCapacity"] = json.RawMessage(`"INDEXES"`)
	return json.Marshal(asked)
}

// sums reports whether a call adds up the spend log, which a gateway does now and
// then for itself: it lists rows, or keeps sums. Requests only write rows.
func sums(operation string, asked []byte) bool {
	return bytes.Contains(asked, []byte(`"S":"AG`)) || operation == "Query" && bytes.Contains(asked, []byte(`"S":"R#`))
}

// pass asks DynamoDB.
func (w *wire) pass(in *http.Request, body []byte) (*http.Response, []byte, error) {
	r, err := http.NewRequestWithContext(in.Context(), in.Method, w.to, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	r.Header = in.Header.Clone()
	r.Header.Del("Content-Length")
	reply, err := w.client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer reply.Body.Close()
	body, err = io.ReadAll(reply.Body)
	return reply, body, err
}

// consumed is what an answer says it took; a transaction has no part in this.
func consumed(answer []byte) float64 {
	var said struct {
		ConsumedCapacity struct{ CapacityUnits float64 }
	}
	_ = json.Unmarshal(answer, &said) // not so: a refusal, or a list of a transaction
	return said.ConsumedCapacity.CapacityUnits
}

// take returns what was written down, and forgets it.
func (w *wire) take() []call {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := w.calls
	w.calls = nil
	return calls
}

// trips is how many calls waited for each other that began in a time: the most
// of which none overlap.
func trips(calls []call, from, to time.Time) (n int, operations []string) {
	calls = slices.Clone(calls)
	slices.SortFunc(calls, func(a, b call) int { return a.end.Compare(b.end) })
	var last time.Time
	for _, c := range calls {
		if c.begun.Before(from) || !c.begun.Before(to) {
			continue
		}
		operations = append(operations, c.operation)
		if !c.begun.Before(last) {
			n, last = n+1, c.end
		}
	}
	return n, operations
}
