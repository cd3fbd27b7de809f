package boot_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// TestUpstreamConnectionIsReused: a stream that was passed on to its end leaves
// its connection to the next call, also when the HTTP message ends a moment
// after the stream's last event. Dialling anew costs a TLS handshake.
func TestUpstreamConnectionIsReused(t *testing.T) {
	var opened atomic.Int64
	seen := make(chan struct{})
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, `data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n")
		_ = http.NewResponseController(w).Flush() // a client that left shows by its missing events
		<-seen
	}))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	h := open(t, strings.ReplaceAll(trio(at("text"), down, down, down), "$UP", srv.URL+"/v1"))
	const calls = 5
	for range calls {
		res, err := h.send(t.Context(), "POST", "/v1/chat/completions", chatBody("main", `"stream":true,`))
		if err != nil {
			t.Fatal(err)
		}
		in := bufio.NewReader(res.Body)
		for data := ""; data != "[DONE]"; {
			if data, err = next(in); err != nil {
				t.Fatal(err)
			}
		}
		seen <- struct{}{}
		if _, err := next(in); err == nil {
			t.Error("got more after the end")
		}
		res.Body.Close()
	}
	if got := opened.Load(); got != 1 {
		t.Errorf("got %d connections for %d calls, want 1", got, calls)
	}
}
