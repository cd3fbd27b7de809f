package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "rewrite testdata/validate and testdata/banner")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tollgate runs one command line that ends by itself.
func tollgate(t *testing.T, environ []string, args ...string) (code int, out, said string) {
	t.Helper()
	var o, e bytes.Buffer
	p := &program{out: &o, err: &e, environ: forgetting(environ)}
	code = p.run(t.Context(), args)
	return code, o.String(), e.String()
}

// forgetting are variables by which nothing is kept, unless they say where.
func forgetting(environ []string) []string {
	return append([]string{"TOLLGATE_DATA=memory"}, environ...)
}

// gateway is a running one.
type gateway struct {
	url     string
	signals chan os.Signal
	code    chan int
	said    []map[string]any // its JSON lines up to the banner, which is the last
}

// begin starts a gateway on a free port, and waits for its banner.
func begin(t *testing.T, environ []string, args ...string) *gateway {
	t.Helper()
	g := &gateway{signals: make(chan os.Signal, 2), code: make(chan int, 1)}
	r, w := io.Pipe()
	p := &program{out: io.Discard, err: w, environ: forgetting(environ), signals: g.signals}
	go func() {
		g.code <- p.run(t.Context(), append(args, "--port=0", "--log-format=json"))
		_ = w.Close()
	}()
	g.await(t, bufio.NewScanner(r))
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, r)
	}()
	t.Cleanup(func() {
		select {
		case g.signals <- os.Interrupt:
		default:
		}
		<-drained
	})
	return g
}

// await reads what it says up to its banner.
func (g *gateway) await(t *testing.T, lines *bufio.Scanner) {
	t.Helper()
	for g.url == "" {
		if !lines.Scan() {
			t.Fatalf("no banner; said %v", g.said)
		}
		line := map[string]any{}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("got %q, want a line of JSON", lines.Bytes())
		}
		g.said = append(g.said, line)
		g.url, _ = line["url"].(string)
	}
}

// post sends a chat completion request.
func (g *gateway) post(t *testing.T, body, key string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.url+"/v1/chat/completions", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// golden compares with a file of testdata, or writes it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	file = filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}

// file writes a file for a test and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
