// Package outbound makes the HTTP clients the gateway calls out with. All of
// them keep connections, cap what they read and follow no redirect to another
// host, because a redirect would carry a provider's key along.
//
// Guarded makes the client for addresses that a caller chose: it refuses those
// inside the gateway's own network, after the name was resolved, so that a
// name cannot change its mind between check and use.
package outbound

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// ErrForbiddenAddress is returned for an address inside the gateway's network.
var ErrForbiddenAddress = errors.New("address is not public")

// ErrTooLarge is returned by ReadAll for a body beyond its cap.
var ErrTooLarge = errors.New("body too large")

const maxRedirects = 3

// Client returns the client for addresses the operator chose, localhost and
// private networks included. It honours HTTPS_PROXY and its kin.
func Client() *http.Client {
	t := transport(&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second})
	t.Proxy = http.ProxyFromEnvironment
	return &http.Client{Transport: t, CheckRedirect: sameHost}
}

// Guarded returns the client for addresses a caller chose: public ones only.
// It uses no proxy, which would resolve names out of the guard's sight.
func Guarded() *http.Client {
	d := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, Control: public}
	return &http.Client{Transport: transport(d), CheckRedirect: sameHost}
}

// transport keeps many connections per host (the default keeps 2, and a
// gateway talks to few hosts) and leaves bodies as they come.
func transport(d *net.Dialer) *http.Transport {
	return &http.Transport{
		DialContext:           d.DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          1024,
		MaxIdleConnsPerHost:   1024,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
		DisableCompression:    true,
		ReadBufferSize:        16 << 10,
		WriteBufferSize:       16 << 10,
	}
}

func sameHost(r *http.Request, via []*http.Request) error {
	first := via[0].URL
	if len(via) > maxRedirects || r.URL.Host != first.Host || r.URL.Scheme != first.Scheme {
		return http.ErrUseLastResponse
	}
	return nil
}

// public is a net.Dialer's Control: it sees the address that is dialled.
func public(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrForbiddenAddress, address)
	}
	if a := ap.Addr().Unmap(); !Public(a) {
		return fmt.Errorf("%w: %s", ErrForbiddenAddress, a)
	}
	return nil
}

// Public reports whether an address is reachable from the whole Internet: none
// of the special-purpose blocks of the IANA registries (RFC 6890).
func Public(a netip.Addr) bool {
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, block := range special {
		if netip.MustParsePrefix(block).Contains(a) {
			return false
		}
	}
	return true
}

// special lists what net/netip does not know as private or local. The
// translation blocks (NAT64, 6to4, Teredo, and what was IPv4-compatible) can
// carry a private IPv4 address.
var special = [...]string{
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
}

// ReadAll reads a body to its end, which must come within limit bytes.
func ReadAll(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	return b, nil
}
