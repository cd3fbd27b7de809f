package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var to bytes.Buffer
		l := &lines{to: &to}
		write := func(s string) {
			if n, err := l.Write([]byte(s)); n != len(s) || err != nil {
				t.Fatalf("got %d, %v, want %d", n, err, len(s))
			}
		}
		expect := func(when, want string) {
			t.Helper()
			synctest.Wait()
			l.mu.Lock()
			defer l.mu.Unlock()
			if got := to.String(); got != want {
				t.Errorf("%s: got %q, want %q", when, got, want)
			}
			to.Reset()
		}
		write("a\n")
		write("b\n")
		expect("at once", "")
		time.Sleep(linesWait)
		expect("after the wait", "a\nb\n")
		write("c\n")
		time.Sleep(linesWait)
		expect("a second time", "c\n")
		full := strings.Repeat("x", linesFull)
		write(full)
		expect("when full", full)
		write("d\n")
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		expect("when closed", "d\n")
	})
}
