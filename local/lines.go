package main

import (
	"io"
	"sync"
	"time"
)

const (
	linesWait = 100 * time.Millisecond
	linesFull = 32 << 10 // bytes
)

// lines gathers log lines and writes them together, 100 ms later at most: at
// thousands of requests a second, a write for each line is a tenth of the
// whole cost of a request. What it holds is lost if the process is killed.
type lines struct {
	to io.Writer

	mu      sync.Mutex
	held    []byte
	pending *time.Timer // nil: nothing is held
}

// Write implements io.Writer. An error of an earlier write is returned by
// nobody: there is no place left to report it.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held = append(l.held, p...)
	switch {
	case len(l.held) >= linesFull:
		return len(p), l.flush()
	case l.pending == nil:
		l.pending = time.AfterFunc(linesWait, func() { _ = l.Close() })
	}
	return len(p), nil
}

// Close writes what is held.
func (l *lines) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.flush()
}

// flush writes what is held. The lock is held.
func (l *lines) flush() error {
	if l.pending != nil {
		l.pending.Stop()
		l.pending = nil
	}
	if len(l.held) == 0 {
		return nil
	}
	_, err := l.to.Write(l.held)
	l.held = l.held[:0]
	return err
}
