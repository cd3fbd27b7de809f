package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestBatch asks for many answers that nobody waits for, ends the gateway while it
// is at them, and finds them all after another has gone on.
func TestBatch(t *testing.T) {
	data := filepath.Join(t.TempDir(), "tollgate.db")
	const lines = 150
	var requests []string
	for n := range lines {
		requests = append(requests, fmt.Sprintf(`{"messages":[{"role":"user","content":"hello %d"}]}`, n))
	}
	g := begin(t, nil, "--data", data)
	var made struct{ ID, Status string }
	if status, body := g.call(t, http.MethodPost, "/v1/batch/completions", `{"model":"demo","requests":[`+strings.Join(requests, ",")+`]}`); status != http.StatusAccepted || json.Unmarshal(body, &made) != nil || made.Status != "queued" {
		t.Fatalf("got %d, %s, want a batch that is queued", status, body)
	}
	g.signals <- os.Interrupt
	if code := <-g.code; code != 0 {
		t.Errorf("exit code: got %d, want 0", code)
	}
	g = begin(t, nil, "--data", data)
	var is struct {
		Status string
		Data   []struct {
			Index    int
			Response struct {
				Choices []struct{ Message struct{ Content string } }
			}
		}
	}
	for deadline := time.Now().Add(time.Minute); is.Status != "completed"; time.Sleep(20 * time.Millisecond) {
		status, body := g.call(t, http.MethodGet, "/v1/batch/completions/"+made.ID, "")
		if err := json.Unmarshal(body, &is); err != nil || status != http.StatusOK || time.Now().After(deadline) {
			t.Fatalf("got %d, %s, %v, want it completed within a minute", status, body, err)
		}
	}
	if len(is.Data) != lines {
		t.Fatalf("got %d results, want %d", len(is.Data), lines)
	}
	for n, one := range is.Data {
		if one.Index != n || len(one.Response.Choices) != 1 || !strings.Contains(one.Response.Choices[0].Message.Content, fmt.Sprintf(`"hello %d"`, n)) {
			t.Errorf("result %d: got %+v", n, one)
		}
	}
}
