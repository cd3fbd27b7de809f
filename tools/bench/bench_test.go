package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestLoads sends each load through the reverse proxy to the upstream: the
// replies must pass the load's own check.
func TestLoads(t *testing.T) {
	up := httptest.NewServer(upstream())
	defer up.Close()
	proxy := httptest.NewServer(baseline(up.URL))
	defer proxy.Close()
	for _, l := range loads() {
		t.Run(l.name, func(t *testing.T) {
			units, err := l.run(t.Context(), proxy.Client(), proxy.URL, time.Millisecond)
			if err != nil || units < l.units {
				t.Errorf("got %d units and error %v, want at least %d", units, err, l.units)
			}
		})
	}
}

// TestWrongReplies holds that a gateway is not fast by answering wrongly.
func TestWrongReplies(t *testing.T) {
	for name, reply := range map[string]string{
		"empty":         "",
		"cut stream":    strings.Repeat(word, events),
		"missing event": strings.Repeat(word, events-1) + streamEnd,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(reply)) }))
		defer server.Close()
		stream := loads()[2]
		if err := stream.ask(t.Context(), server.Client(), server.URL); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func TestParseStat(t *testing.T) {
	const stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 1 0 0 0 123 45 0 0 20 0 8 0 100 0 0"
	if got, err := parseStat(stat); got != 1680*time.Millisecond || err != nil {
		t.Errorf("got %v and error %v, want 1.68s", got, err)
	}
	for _, bad := range []string{"", "42 (a) S 1", "42 (a) S 1 42 42 0 -1 4194560 1 0 0 0 x y 0"} {
		if _, err := parseStat(bad); err == nil {
			t.Errorf("%q: got no error", bad)
		}
	}
}

func TestMedian(t *testing.T) {
	values := []time.Duration{9, 1, 5}
	if got := median(values); got != 5 || values[0] != 9 {
		t.Errorf("got %v and left %v, want 5 and the values as they were", got, values)
	}
}
