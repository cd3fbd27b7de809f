package upstream

import (
	"net/http/httptest"
	"time"
)

// TB is what Start needs of a *testing.T: this package is also linked into a
// command, which should not carry the testing package.
type TB interface {
	Helper()
	Cleanup(func())
}

// Start runs a fake upstream on a free loopback port for the length of a test.
func Start(t TB) *Server {
	t.Helper()
	s := New(time.Now)
	ts := httptest.NewServer(s)
	s.URL = ts.URL
	t.Cleanup(func() {
		s.Close()
		ts.CloseClientConnections()
		ts.Close()
	})
	return s
}
