package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

// The upstream's replies: the members of OpenAI's chat completion objects that
// clients read, with about 1 KB of text.
const (
	word      = `"content":"lorem "`
	plainEnd  = `"usage":{"prompt_tokens":300,"completion_tokens":200,"total_tokens":500}}`
	streamEnd = "data: [DONE]"

	chunkHead = `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,"model":"bench","choices":[{"index":0,"delta":`
	lastChunk = chunkHead + `{},"finish_reason":"stop"}]}` + "\n\n" +
		`data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,"model":"bench","choices":[],` + plainEnd + "\n\n" +
		streamEnd + "\n\n"
)

// upstream answers every request as a model would, from constants.
func upstream() http.Handler {
	plain := `{"id":"chatcmpl-bench","object":"chat.completion","created":1700000000,"model":"bench","choices":[{"index":0,` +
		`"message":{"role":"assistant","content":"` + strings.Repeat("lorem ipsum ", 90) + `"},"finish_reason":"stop"}],` + plainEnd
	first := []byte(chunkHead + `{"role":"assistant"},"finish_reason":null}]}` + "\n\n")
	chunk := []byte(chunkHead + `{` + word + `},"finish_reason":null}]}` + "\n\n")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if !bytes.Contains(body[:min(len(body), 200)], []byte(`"stream":true`)) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, plain) // the load notices a short reply
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		flush := http.NewResponseController(w).Flush
		ticks := time.NewTicker(pace)
		defer ticks.Stop()
		_, _ = w.Write(first)
		for range events {
			_, _ = w.Write(chunk)
			if err := flush(); err != nil {
				return
			}
			<-ticks.C
		}
		_, _ = io.WriteString(w, lastChunk)
	})
}

// baseline is the least a proxy of Go's standard library can do.
func baseline(target string) http.Handler {
	to, err := url.Parse(target)
	if err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, err.Error(), http.StatusBadGateway)
		})
	}
	return &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(to) },
		Transport:     &http.Transport{MaxIdleConns: 1024, MaxIdleConnsPerHost: 1024, DisableCompression: true},
		FlushInterval: -1,
		BufferPool:    &buffers{},
	}
}

type buffers struct{ pool sync.Pool }

func (b *buffers) Get() []byte {
	if buffer, ok := b.pool.Get().(*[]byte); ok {
		return *buffer
	}
	return make([]byte, 32<<10)
}

func (b *buffers) Put(buffer []byte) { b.pool.Put(&buffer) }

// serve answers on a port of this machine until the context ends.
func serve(ctx context.Context, port string, h http.Handler) error {
	server := &http.Server{Addr: "127.0.0.1:" + port, Handler: h, ReadHeaderTimeout: time.Minute}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // its error is that of ListenAndServe
	defer stop()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}
