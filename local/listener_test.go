package main

import (
	"fmt"
	"net"
	"strings"
	"testing"
)

func TestHostAndPort(t *testing.T) {
	for _, tc := range []struct {
		line    string
		vars    string
		guarded bool
		want    string
	}{
		{"", "", false, "127.0.0.1:8000"},
		{"", "", true, "0.0.0.0:8000"},
		{"--host 0.0.0.0", "", false, "0.0.0.0:8000"},
		{"--host 10.0.0.1 --port 1", "HOST=10.0.0.2 PORT=2", true, "10.0.0.1:1"},
		{"--port 8000", "PORT=2", false, "127.0.0.1:8000"},
		{"", "HOST=10.0.0.2 PORT=2", false, "10.0.0.2:2"},
		{"", "HOST= PORT=", true, "0.0.0.0:8000"},
		{"--host ::1", "", false, "[::1]:8000"},
		{"", "PORT=many", false, `PORT is "many", want a number`},
		{"", "PORT=65536", false, "port 65536 does not exist: use 1 to 65535, or 0 for any that is free"},
	} {
		t.Run(fmt.Sprintf("%s %s %v", tc.line, tc.vars, tc.guarded), func(t *testing.T) {
			env, err := newEnvironment(strings.Fields(tc.vars), "")
			if err != nil {
				t.Fatal(err)
			}
			f, given := parsed(t, tc.line)
			host, port, err := f.hostAndPort(given, env, tc.guarded)
			got := address(host, port)
			if err != nil {
				got = err.Error()
			}
			if got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": true, "127.1.2.3": true, "::1": true, "localhost": true,
		"0.0.0.0": false, "::": false, "10.0.0.1": false, "example.com": false, "": false,
	} {
		if got := loopback(host); got != want {
			t.Errorf("%q: got %v, want %v", host, got, want)
		}
	}
}

func TestReachable(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1": "http://127.0.0.1:80", "0.0.0.0": "http://127.0.0.1:80", "::": "http://127.0.0.1:80", "::1": "http://[::1]:80",
	} {
		if got := reachable(&net.TCPAddr{IP: net.ParseIP(address), Port: 80}); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

func TestTakenPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	code, _, said := tollgate(t, nil, "--port", fmt.Sprint(port))
	var offered int
	_, offer, _ := strings.Cut(said, fmt.Sprintf("Error: port %d is taken; try --port ", port))
	if _, err := fmt.Sscan(offer, &offered); err != nil || code != 1 {
		t.Fatalf("got exit code %d, %q, want 1 and another port", code, said)
	}
	free, err := listen("127.0.0.1", offered)
	if err != nil {
		t.Fatalf("the port that was offered: %v", err)
	}
	free.Close()
}
