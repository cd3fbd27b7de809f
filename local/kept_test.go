package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKept holds that a response outlives the gateway that gave it, in a file
// and not in memory.
func TestKept(t *testing.T) {
	for data, want := range map[string]int{
		filepath.Join(t.TempDir(), "tollgate.db"): http.StatusOK,
		"memory": http.StatusNotFound,
	} {
		g := begin(t, nil, "--data", data)
		var first struct{ ID string }
		if status, body := g.call(t, http.MethodPost, "/v1/responses", `{"model":"demo","input":"hello"}`); status != http.StatusOK || json.Unmarshal(body, &first) != nil {
			t.Fatalf("got %d, %s", status, body)
		}
		if status, body := g.call(t, http.MethodGet, "/v1/responses/"+first.ID, ""); status != http.StatusOK {
			t.Errorf("%s, at once: got %d, %s, want 200", data, status, body)
		}
		g.signals <- os.Interrupt
		if code := <-g.code; code != 0 {
			t.Errorf("exit code: got %d, want 0", code)
		}
		g = begin(t, nil, "--data", data)
		if status, body := g.call(t, http.MethodGet, "/v1/responses/"+first.ID, ""); status != want {
			t.Errorf("%s, after a restart: got %d, %s, want %d", data, status, body, want)
		}
	}
}

func (g *gateway) call(t *testing.T, method, path, body string) (status int, reply []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, g.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if reply, err = io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, reply
}
