package providertest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
)

// recorded is a request as the vendor got it.
type recorded struct {
	method, target string
	header         http.Header
	body           []byte
}

type server struct {
	*httptest.Server
	mu  sync.Mutex
	got []recorded
}

// requests are those that came, in order.
func (s *server) requests() []recorded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

// serve answers whatever comes, each request with the next answer and the
// last ones with the last. A GET for a file gets a file.
func serve(answers []answer) *server {
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if kind, data, ok := fileAt(r); ok {
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write(data)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client went away; it says why
		}
		s.mu.Lock()
		a := answers[min(len(s.got), len(answers)-1)]
		s.got = append(s.got, recorded{r.Method, r.RequestURI, r.Header, body})
		s.mu.Unlock()
		for name, values := range a.header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.status)
		for _, frame := range a.frames() {
			_, _ = w.Write(frame) // an early leaver has what it wanted
			_ = http.NewResponseController(w).Flush()
		}
	}))
	return s
}

// fileAt is the file at the end of an address, for calls whose pictures and
// documents are fetched: FILE in the letters of its type.
func fileAt(r *http.Request) (kind string, data []byte, ok bool) {
	kind = map[string]string{".png": "image/png", ".jpg": "image/jpeg", ".pdf": "application/pdf", ".txt": "text/plain"}[path.Ext(r.URL.Path)]
	return kind, []byte("FILE " + path.Ext(r.URL.Path)), kind != "" && r.Method == http.MethodGet
}

// frames splits a body after each event of a stream.
func (a answer) frames() [][]byte {
	kind := a.header.Get("Content-Type")
	var all [][]byte
	for body := a.body; len(body) > 0; {
		n := len(body)
		switch {
		case kind == eventStream:
			n = frameLength(body)
		case strings.Contains(kind, "ndjson"):
			if i := bytes.IndexByte(body, '\n'); i >= 0 {
				n = i + 1
			}
		default:
			if i := bytes.Index(body, []byte("\n\n")); i >= 0 {
				n = i + 2
			}
		}
		all, body = append(all, body[:n]), body[n:]
	}
	return all
}

// everyHost is a transport that sends the requests for any host to the server,
// with the whole URL as their target, as a proxy gets it (RFC 9112, section
// 3.2.2).
type everyHost struct{ *server }

// RoundTrip implements http.RoundTripper.
func (e everyHost) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL = &url.URL{Scheme: "http", Host: e.Listener.Addr().String(), Opaque: r.URL.String()}
	return e.Client().Transport.RoundTrip(r)
}

// secrets are the credentials of a call by their name.
type secrets map[string]string

// Value implements llm.Credential.
func (s secrets) Value(_ context.Context, name string) (string, error) { return s[name], nil }
