package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestCall calls a running gateway, as test and as --test.
func TestCall(t *testing.T) {
	g := begin(t, []string{"LITELLM_MASTER_KEY=sk-7"}, "--host=127.0.0.1")
	port := g.url[strings.LastIndex(g.url, ":")+1:]
	key := []string{"LITELLM_MASTER_KEY=sk-7"}
	for _, tc := range []struct {
		line    string
		environ []string
		code    int
		want    string
	}{
		{"--test --port " + port, key, 0, "You said: "},
		{"--test --host 0.0.0.0 --port " + port, key, 0, "model demo, "},
		{"test --url " + g.url + "/v1/", key, 0, g.url + " answered in "},
		{"test --stream --url " + g.url, key, 0, "model demo, first word after "},
		{"test --key sk-7 --url " + g.url, nil, 0, "tokens in"},
		{"test --model demo-json --url " + g.url, key, 0, "model demo-json"},
		{"test", append(key, "PORT="+port), 0, "You said: "},
		{"test --url " + g.url, nil, 1, "Give the gateway's key by LITELLM_MASTER_KEY or --key."},
		{"test --key sk-8 --url " + g.url, key, 1, "HTTP status 401"},
		{"test --model demo-error-429 --url " + g.url, key, 1, "HTTP status 429"},
		{"test --model demo-cut --stream --url " + g.url, key, 1, "the stream broke off: "},
	} {
		t.Run(strings.ReplaceAll(tc.line, port, "PORT"), func(t *testing.T) {
			code, out, said := tollgate(t, tc.environ, strings.Fields(tc.line)...)
			shown := out
			if tc.code != 0 {
				shown = said
			}
			if code != tc.code || !strings.Contains(shown, tc.want) {
				t.Errorf("got exit code %d, %q, %q, want %d, %q", code, out, said, tc.code, tc.want)
			}
		})
	}
}

func TestCallNobody(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	l.Close()
	code, _, said := tollgate(t, nil, "test", "--url", url)
	if code != 1 || !strings.Contains(said, "nothing listens at "+url+": start the gateway there") {
		t.Errorf("got exit code %d, %q, want 1 and what to do", code, said)
	}
}

// TestCallStranger calls servers that are no gateway.
func TestCallStranger(t *testing.T) {
	for _, tc := range []struct {
		name, body string
		status     int
		flag, want string
	}{
		{"page", "<html>", 404, "--stream", "HTTP status 404: <html>"},
		{"not JSON", "<html>", 200, "--stream=false", "read the answer: "},
		{"nothing", "{}", 200, "--stream=false", "the answer has no choices"},
		{"late error", `  {"error":{"message":"overloaded"}}`, 200, "--stream=false", "Error: overloaded"},
		{"not a stream", "{}", 200, "--stream", "it has no [DONE]"},
		{"not JSON in a stream", "data: <html>\n\n", 200, "--stream", "read a piece of the answer: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tc.status)
				_, _ = w.Write([]byte(tc.body))
			}))
			defer srv.Close()
			code, _, said := tollgate(t, nil, "test", "--url", srv.URL, tc.flag)
			if code != 1 || !strings.Contains(said, tc.want) {
				t.Errorf("got exit code %d, %q, want 1, %q", code, said, tc.want)
			}
		})
	}
}
