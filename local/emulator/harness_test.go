package emulator

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// bootstrap is the compiled testdata/bootstrap.
var bootstrap string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "emulator")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bootstrap = filepath.Join(dir, "bootstrap")
	if out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", bootstrap, "./testdata/bootstrap").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build bootstrap: %v\n%s", err, out)
		return 1
	}
	code := m.Run()
	// Twice, because net/http keeps the connection of a refused upload for half
	// a second, which is about as long as goleak waits.
	if err := goleak.Find(); err != nil && goleak.Find() != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// gateway serves the route table behind a real server, by the test function
// unless the options have others.
// stop ends everything and returns the log; the test's end calls it too.
func gateway(t *testing.T, o Options) (url string, g *Gateway, stop func() string) {
	t.Helper()
	log := new(bytes.Buffer)
	o.Log = log
	if o.Routes == nil {
		o.Routes = routes.All()
	}
	if o.Functions == nil {
		o.Functions = routes.Functions()
	}
	if o.Bootstraps == nil {
		o.Bootstraps = map[string]string{}
		for _, f := range routes.Functions() {
			o.Bootstraps[f.Name] = bootstrap
		}
	}
	g, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(g)
	stop = sync.OnceValue(func() string {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
		server.Close() // waits for the requests
		http.DefaultClient.CloseIdleConnections()
		return log.String()
	})
	t.Cleanup(func() { stop() })
	return server.URL, g, stop
}

// gate is a URL that answers when open is closed, and says when it was called.
func gate(t *testing.T) (url string, open, called chan struct{}) {
	t.Helper()
	open, called = make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(called)
		select {
		case <-open:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, open, called
}

// send makes a request with headers given as name, value, name, value...
func send(t *testing.T, ctx context.Context, method, url, body string, header ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func read(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("read reply: %v after %q", err, b)
	}
	return string(b)
}

func readN(t *testing.T, r io.Reader, n int) string {
	t.Helper()
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// checkError holds the status and OpenAI's error body.
func checkError(t *testing.T, resp *http.Response, status int, want string) {
	t.Helper()
	got := read(t, resp.Body)
	form := regexp.MustCompile(fmt.Sprintf(`^{"error":{"code":"%d","message":".+","param":null,"type":"[a-z_]+"}}$`, status))
	if resp.StatusCode != status || !form.MatchString(got) || !strings.Contains(got, want) || resp.Header.Get("Content-Type") != "application/json" {
		t.Errorf("got %d %s, want %d and OpenAI's error body with %q", resp.StatusCode, got, status, want)
	}
}

// waitIdle waits until a function's process has asked for its next event, which
// it does a moment after its reply is read.
func waitIdle(t *testing.T, f *function) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		f.mu.Lock()
		idle := len(f.idle)
		f.mu.Unlock()
		if idle > 0 {
			return
		}
	}
	t.Fatalf("no process of %s is idle", f.Name)
}
