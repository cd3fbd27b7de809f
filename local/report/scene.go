package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/local/emulator"
)

// scene is what one function is asked, again and again.
type scene struct {
	name     string
	function string
	writes   bool // a row of the spend log
	ask      func(ctx context.Context, c *client) error
}

// scenes has one of each function, and two of what is asked most. Those come first
// that read what the others leave in the table: an idle stack has nothing there.
func scenes() []scene {
	const talk = `{"model":"chat","messages":[{"role":"user","content":"Say something short, please."}]}`
	return []scene{
		{"a minute without work", "schedule", false, func(ctx context.Context, c *client) error {
			once, cancel := context.WithCancel(ctx)
			cancel() // it runs at once, and not again
			c.gateway.Every(once, time.Hour, "schedule")
			return nil
		}},
		{"what is known of a key", "admin", false, func(ctx context.Context, c *client) error {
			return c.send(ctx, http.MethodGet, "/key/info?key="+c.plain, master, "", nil)
		}},
		{"a chat, by a key with a budget", "chat", true, func(ctx context.Context, c *client) error {
			return c.post(ctx, "/v1/chat/completions", c.budgeted, talk)
		}},
		{"a chat, by a key without", "chat", true, func(ctx context.Context, c *client) error {
			return c.post(ctx, "/v1/chat/completions", c.plain, talk)
		}},
		{"a vector of 1,536 numbers", "embed", true, func(ctx context.Context, c *client) error {
			return c.post(ctx, "/v1/embeddings", c.budgeted, `{"model":"embed","input":"eight tokens that mean nothing to anybody"}`)
		}},
		{"an image of 98 KB", "media", true, func(ctx context.Context, c *client) error {
			return c.post(ctx, "/v1/images/generations", c.budgeted, `{"model":"image","prompt":"a gate"}`)
		}},
		{"a chat in OpenAI's own API", "pass", true, func(ctx context.Context, c *client) error {
			return c.post(ctx, "/openai/v1/chat/completions", master, talk)
		}},
		{"the list of models", "meta", false, func(ctx context.Context, c *client) error {
			return c.send(ctx, http.MethodGet, "/v1/models", c.plain, "", nil)
		}},
		{"a line of a batch", "batch", true, workOff},
	}
}

// master is the master key of a report's functions.
const master = "sk-report"

// client asks functions by what stands in front of them.
type client struct {
	gateway  *emulator.Gateway
	letters  *letters
	plain    string // a virtual key
	budgeted string // one with a budget
}

func (c *client) post(ctx context.Context, path, key, body string) error {
	return c.send(ctx, http.MethodPost, path, key, body, nil)
}

// send asks, and reads the answer into into unless that is nil.
func (c *client) send(ctx context.Context, method, path, key, body string, into *bytes.Buffer) error {
	r, err := http.NewRequestWithContext(ctx, method, "https://report.example"+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return fmt.Errorf("make a request: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	w := &answer{header: http.Header{}, status: http.StatusOK}
	c.gateway.ServeHTTP(w, r)
	if w.status != http.StatusOK && w.status != http.StatusAccepted {
		return fmt.Errorf("%s %s: got %d %s", method, path, w.status, w.body.Bytes())
	}
	if into != nil {
		_, err = io.Copy(into, &w.body)
	}
	return err
}

// answer is an http.ResponseWriter that keeps what is written.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }
func (a *answer) Flush()                      {}
