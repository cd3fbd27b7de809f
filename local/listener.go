package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"

	"github.com/spf13/pflag"
)

// hostAndPort are the flags', else those of HOST and PORT. Without either, a
// gateway that anybody may use listens to this machine alone.
func (f *addressFlags) hostAndPort(given *pflag.FlagSet, env environment, guarded bool) (host string, port int, err error) {
	host, port = f.host, f.port
	if v, _ := env.lookup("HOST"); host == "" {
		host = v
	}
	if v, _ := env.lookup("PORT"); v != "" && !given.Changed("port") {
		if port, err = strconv.Atoi(v); err != nil {
			return "", 0, usagef("PORT is %q, want a number", v)
		}
	}
	if port < 0 || port > 65535 {
		return "", 0, usagef("port %d does not exist: use 1 to 65535, or 0 for any that is free", port)
	}
	switch {
	case host != "":
	case guarded:
		host = "0.0.0.0"
	default:
		host = "127.0.0.1"
	}
	return host, port, nil
}

// listen opens a port, or names a free one near it.
func listen(host string, port int) (net.Listener, error) {
	l, err := net.Listen("tcp", address(host, port))
	if !errors.Is(err, syscall.EADDRINUSE) {
		return l, err // which names the address
	}
	for other := port + 1; other <= min(port+100, 65535); other++ {
		l, err := net.Listen("tcp", address(host, other))
		if err == nil {
			return nil, errors.Join(fmt.Errorf("port %d is taken; try --port %d", port, other), l.Close())
		}
	}
	return nil, fmt.Errorf("port %d is taken, and so are those after it; try another --port", port)
}

func address(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// loopback reports whether only this machine can reach a host's address.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// reachable is the URL of an address for somebody on this machine: "all
// addresses" is not one that every system can call.
func reachable(a net.Addr) string {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return "http://" + a.String()
	}
	host := t.IP.String()
	if t.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + address(host, t.Port)
}
