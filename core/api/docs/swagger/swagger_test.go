package swagger_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/api/docs/swagger"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func get(t *testing.T, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET /docs", swagger.Handler())
	mux.Handle("GET /docs/{file}", swagger.Handler())
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w
}

// TestFiles: each file has its type, a tag that spares sending it again, and
// the same bytes for those who take gzip and those who do not.
func TestFiles(t *testing.T) {
	for path, want := range map[string]struct{ kind, encoding, begins string }{
		"/docs":                                  {"text/html; charset=utf-8", "", "<!doctype html>"},
		"/docs/start.js":                         {"text/javascript; charset=utf-8", "", "// Starts"},
		"/docs/icon.svg":                         {"image/svg+xml", "", "<svg "},
		"/docs/swagger-ui.css":                   {"text/css; charset=utf-8", "gzip", ".swagger-ui"},
		"/docs/swagger-ui-bundle.js":             {"text/javascript; charset=utf-8", "gzip", "/*! For license information please see swagger-ui-bundle.js.LICENSE.txt */"},
		"/docs/swagger-ui-bundle.js.LICENSE.txt": {"text/plain; charset=utf-8", "", "/*"},
		"/docs/LICENSE":                          {"text/plain; charset=utf-8", "", "\n                                 Apache License"},
		"/docs/NOTICE":                           {"text/plain; charset=utf-8", "", "swagger-ui\nCopyright"},
	} {
		t.Run(path, func(t *testing.T) {
			plain, packed := get(t, path), get(t, path, "Accept-Encoding", "br, gzip;q=0.5")
			for _, w := range []*httptest.ResponseRecorder{plain, packed} {
				if h := w.Header(); w.Code != 200 || h.Get("Content-Type") != want.kind || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Vary") != "Accept-Encoding" {
					t.Errorf("got %d and %v, want type %s", w.Code, h, want.kind)
				}
				again := get(t, path, "Accept-Encoding", w.Header().Get("Content-Encoding"), "If-None-Match", w.Header().Get("Etag"))
				if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
					t.Errorf("asked again: got %d and %d bytes, want 304", again.Code, again.Body.Len())
				}
			}
			if got := plain.Header().Get("Content-Encoding"); got != "" {
				t.Errorf("got encoding %q for a client that takes none", got)
			}
			if got := packed.Header().Get("Content-Encoding"); got != want.encoding {
				t.Errorf("got encoding %q, want %q", got, want.encoding)
			}
			body := packed.Body.Bytes()
			if want.encoding == "gzip" {
				z, err := gzip.NewReader(packed.Body)
				if err != nil {
					t.Fatal(err)
				}
				if !z.ModTime.IsZero() || z.Name != "" {
					t.Errorf("got time %v and name %q in the archive, want none", z.ModTime, z.Name)
				}
				if body, err = io.ReadAll(z); err != nil {
					t.Fatal(err)
				}
			}
			// A buffered reply of Lambda's is one JSON document of 6 MiB at most.
			reply, err := json.Marshal(string(body))
			if err != nil || len(reply) > 5<<20 || !utf8.Valid(body) {
				t.Errorf("got %d bytes in JSON and %v, want text of less than 5 MiB", len(reply), err)
			}
			if !bytes.Equal(body, plain.Body.Bytes()) || !strings.HasPrefix(string(body), want.begins) {
				t.Errorf("got %d and %d bytes that begin %.40q, want the same that begin %q", len(body), plain.Body.Len(), body, want.begins)
			}
		})
	}
}

// TestEncodings holds who gets gzip.
func TestEncodings(t *testing.T) {
	for accept, want := range map[string]string{
		"gzip": "gzip", "GZIP ; q=1": "gzip", "deflate,gzip": "gzip", "": "", "br": "", "gzip;q=0": "", "gzip; q=0.0": "", "gzip;x": "", "xgzip": "",
	} {
		if got := get(t, "/docs/swagger-ui.css", "Accept-Encoding", accept).Header().Get("Content-Encoding"); got != want {
			t.Errorf("%q: got %q, want %q", accept, got, want)
		}
	}
}

// TestPage: the page is allowed only what is served here, and needs nothing else.
func TestPage(t *testing.T) {
	w := get(t, "/docs")
	policy := w.Header().Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("got the policy %q, want one that allows nothing from elsewhere and nothing inline", policy)
	}
	page := w.Body.String()
	links := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(links) != 5 {
		t.Errorf("got %d links, want 5", len(links))
	}
	for _, link := range links {
		if link[1] == "openapi.json" {
			continue
		}
		if w := get(t, "/"+link[1]); w.Code != 200 {
			t.Errorf("%s: got %d, want 200", link[1], w.Code)
		}
	}
	if inline := regexp.MustCompile(`<script>|<style| style=| on\w+=`).FindString(page); inline != "" {
		t.Errorf("got %q in the page, which the policy forbids", inline)
	}
}

func TestMissing(t *testing.T) {
	for _, path := range []string{"/docs/swagger.go", "/docs/swagger-ui.css.gz", "/docs/..%2Fswagger.go", "/docs/%22"} {
		w := get(t, path, "Accept-Encoding", "gzip")
		var body struct {
			Error struct{ Message, Type, Code string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 404 || body.Error.Message != "there is no GET "+path || body.Error.Code != "404" {
			t.Errorf("%s: got %d %s, want 404 in OpenAI's shape", path, w.Code, w.Body)
		}
	}
}
