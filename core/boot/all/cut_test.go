package all_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// gatewayTo serves the whole gateway on loopback.
func gatewayTo(t *testing.T, config string) *httptest.Server {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true} // so that each call has a connection of its own to lose
	setup, problems, err := all.Load(all.Options{ConfigPath: path, Transport: transport})
	if err != nil {
		t.Fatal(err, problems)
	}
	app, err := setup.Open()
	if err != nil {
		t.Fatal(err)
	}
	h, err := app.Handler(boot.Everything())
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// asksOnce are the models of all streams, each asked once.
func asksOnce(upstream string) string {
	var b strings.Builder
	b.WriteString("router_settings: {num_retries: 0, disable_cooldowns: true}\nmodel_list:\n")
	seen := map[string]bool{}
	for _, d := range streams {
		if !seen[d.name] {
			fmt.Fprintf(&b, "  - {model_name: %s, litellm_params: {%s}}\n", d.model(), strings.ReplaceAll(d.params, "$UP", upstream+"/"+d.model()))
		}
		seen[d.name] = true
	}
	return b.String()
}

// TestCut holds that no front passes off as whole what a vendor began to say,
// wherever and however that was cut.
func TestCut(t *testing.T) {
	streams := loaded(t)
	gateway := gatewayTo(t, asksOnce(vendorThatCuts(t, streams).URL))
	var made atomic.Int64
	t.Run("each", func(t *testing.T) {
		for _, f := range fronts {
			for _, d := range streams {
				if !f.reaches(d) {
					continue
				}
				t.Run(f.name+" over "+d.name, func(t *testing.T) {
					t.Parallel()
					for _, n := range d.cuts() {
						for _, how := range []closing{good, broken, reset} {
							cut{f, d, n, how}.check(t, gateway)
							made.Add(1)
						}
					}
				})
			}
		}
	})
	t.Logf("%d calls: front x stream x place x way to hang up", made.Load())
}

// reaches reports whether a stream answers to a front. Completions cannot ask
// for tools; two of OpenAI's formats answer only to their own front.
func (f front) reaches(d stream) bool {
	switch {
	case f.name == "completions" && strings.HasSuffix(d.name, " tools"):
		return false
	case f.name == "responses" && strings.HasPrefix(d.name, "openai"):
		return d.path == "/responses"
	case d.path == "/responses":
		return false
	case d.name == "instruct":
		return f.name == "completions"
	}
	return true
}

// holds reports whether a front may say nothing of a stream up to its end:
// Google's calls come whole.
func (f front) holds(d stream) bool { return f.name == "gemini" && strings.HasSuffix(d.name, " tools") }

// cut is one call whose upstream stops after n bytes.
type cut struct {
	front
	stream
	n   int
	how closing
}

func (c cut) check(t *testing.T, gateway *httptest.Server) {
	t.Helper()
	fill := strings.NewReplacer("{model}", c.model(), "{say}", fmt.Sprintf("cut %d %s", c.n, c.how))
	res, err := gateway.Client().Post(gateway.URL+fill.Replace(c.front.path), "application/json", strings.NewReader(fill.Replace(c.body)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if want := c.wants(res.StatusCode, c.hear(body)); want != "" {
		t.Errorf("cut after %d of %d bytes, %s: want %s, got %d\n%s", c.n, c.after(c.stream.end, c.how), c.how, want, res.StatusCode, body)
	}
}

// wants says what an answer lacks; "" when nothing.
func (c cut) wants(status int, is heard) string {
	content, stop, end := c.after(c.content, c.how), c.after(c.stream.stop, c.how), c.after(c.stream.end, c.how)
	switch whole := c.n >= end && c.how == good; {
	case status >= 400 && (c.n < content || c.how == reset || c.holds(c.stream) && c.n < end) && !is.stop && !is.end:
		return ""
	case c.n < content:
		return "an error's status, because nothing had been said"
	case status != http.StatusOK:
		return "a stream, because something had been said"
	case whole && (!is.stop || !is.end || is.broken):
		return "a whole stream"
	case whole:
		return ""
	case !is.end && !is.broken:
		return "an end, or an error event as the last one"
	case is.end && c.n < end && !(c.lax && c.n >= stop && c.how == good):
		return "an error event, and no end"
	case is.stop && c.n < stop:
		return "no reason why it ended"
	}
	return ""
}
