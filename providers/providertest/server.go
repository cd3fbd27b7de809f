package providertest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
)

// recorded is a request as the vendor got it.
type recorded struct {
	method, target string
	header         http.Header
	body           []byte
}

type server struct {
	*httptest.Server
	got atomic.Pointer[recorded]
}

// serve answers whatever comes.
func serve(a answer) *server {
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client went away; it says why
		}
		s.got.Store(&recorded{r.Method, r.RequestURI, r.Header, body})
		for name, values := range a.header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.status)
		for _, frame := range frames(a.body) {
			_, _ = w.Write(frame) // an early leaver has what it wanted
			_ = http.NewResponseController(w).Flush()
		}
	}))
	return s
}

// frames splits a body after each event of a stream.
func frames(body []byte) [][]byte {
	var all [][]byte
	for len(body) > 0 {
		n := len(body)
		if i := bytes.Index(body, []byte("\n\n")); i >= 0 {
			n = i + 2
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
