package exact

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// gateway is where requests go: a handler in this process, or a program's URL.
type gateway interface {
	do(r *http.Request) (*http.Response, error)
}

// inside is a gateway in this process.
type inside struct{ http.Handler }

func (g inside) do(r *http.Request) (*http.Response, error) {
	r.RemoteAddr, r.RequestURI = "127.0.0.1:1", r.URL.Path
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w.Result(), nil
}

// outside is a gateway in another process.
type outside struct{ *http.Client }

func (g outside) do(r *http.Request) (*http.Response, error) { return g.Do(r) }

// post sends JSON, and returns what was answered.
func post(ctx context.Context, g gateway, url, key, body string) (status int, reply []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	res, err := g.do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	reply, err = io.ReadAll(res.Body)
	return res.StatusCode, reply, err
}

// made is what the administrator's routes answer about what they made.
type made struct {
	Key     string `json:"key"`
	TokenID string `json:"token_id"`
}

// make makes a key, a team or a user by the master key.
func administer(t *testing.T, g gateway, url, body string) made {
	t.Helper()
	status, reply, err := post(t.Context(), g, url, "sk-master", body)
	var m made
	if err != nil || status != http.StatusOK || json.Unmarshal(reply, &m) != nil {
		t.Fatalf("%s %s: got %d %s, %v", url, body, status, reply, err)
	}
	return m
}

// question is a chat's request, named id.
func question(model, id string, stream bool, most int) string {
	return fmt.Sprintf(`{"model":%q,"user":%q,"stream":%v,"max_tokens":%d,"messages":[{"role":"user","content":"Count what this costs, please, and keep to your budget."}]}`, model, id, stream, most)
}

// wasWhole reports whether an answer came to its end.
func wasWhole(stream bool, status int, reply []byte, err error) bool {
	if err != nil || status != http.StatusOK {
		return false
	}
	if stream {
		return bytes.HasSuffix(reply, []byte("data: [DONE]\n\n"))
	}
	var c struct {
		Usage *struct{} `json:"usage"`
	}
	return json.Unmarshal(reply, &c) == nil && c.Usage != nil
}
