package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	clients = 16         // requests under way at once
	key     = "sk-bench" // the master key of the measured gateway
	events  = 200        // events with content in one streamed reply
	pace    = 2 * time.Millisecond
)

// load is one kind of request.
type load struct {
	name  string
	body  []byte
	units int    // what one request counts for: 1, or its events
	reply string // what every reply must end in
}

func loads() []load {
	return []load{
		{name: "plain, 1.6 KB", body: chat(1600, false), units: 1, reply: plainEnd},
		{name: "plain, 110 KB", body: chat(110_000, false), units: 1, reply: plainEnd},
		{name: "one streamed event", body: chat(1600, true), units: events, reply: streamEnd},
	}
}

// chat is a chat request of about that many bytes.
func chat(size int, stream bool) []byte {
	const words = "The quick brown fox jumps over the lazy dog. "
	head := fmt.Sprintf(`{"model":"bench","stream":%v,"temperature":0.7,"messages":[{"role":"user","content":"`, stream)
	return []byte(head + strings.Repeat(words, size/len(words)) + `"}]}`)
}

// run keeps all clients busy for a time and returns how many units they got.
// It stops at the first reply that is not the expected one.
func (l load) run(ctx context.Context, client *http.Client, url string, length time.Duration) (int, error) {
	deadline := time.Now().Add(length)
	var units atomic.Int64
	errs := make([]error, clients)
	var wait sync.WaitGroup
	for i := range clients {
		wait.Go(func() {
			for errs[i] == nil && time.Now().Before(deadline) {
				errs[i] = l.ask(ctx, client, url)
				units.Add(int64(l.units))
			}
		})
	}
	wait.Wait()
	return int(units.Load()), errors.Join(errs...)
}

func (l load) ask(ctx context.Context, client *http.Client, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/v1/chat/completions", bytes.NewReader(l.body))
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	reply, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		return fmt.Errorf("read reply: %w", err)
	}
	if reply.StatusCode != http.StatusOK || !strings.HasSuffix(strings.TrimSpace(string(body)), l.reply) {
		return fmt.Errorf("got status %d and %.500q, want 200 and an end in %q", reply.StatusCode, body, l.reply)
	}
	if got := bytes.Count(body, []byte(word)); l.units > 1 && got != l.units {
		return fmt.Errorf("got %d events, want %d", got, l.units)
	}
	return nil
}
