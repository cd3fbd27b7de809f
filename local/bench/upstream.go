package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// answer starts every plain reply. pace is the pause before each event.
const (
	answer = "A toll gate is a barrier across a road or canal"
	pace   = 5 * time.Millisecond
)

// upstream answers chat completions with bytes made beforehand: it shares its
// processor with the load, and must not be what limits a round. The fake
// provider of the tests decodes and records, so it would.
func upstream() http.Handler {
	all := append(vendors(), openai())
	buffers := sync.Pool{New: func() any { return new(bytes.Buffer) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(body)
		body.Reset()
		if _, err := io.Copy(body, r.Body); err != nil {
			return // the proxy went away
		}
		for _, v := range all {
			switch r.URL.Path {
			case v.streamPath:
				if v.streamPath != v.plainPath || bytes.Contains(body.Bytes(), []byte(`"stream":true`)) {
					stream(w, r, v, bytes.Contains(body.Bytes(), []byte(`"include_usage":true`)))
					return
				}
			case v.plainPath:
			default:
				continue
			}
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", strconv.Itoa(len(v.plain)))
			w.Write(v.plain)
			return
		}
		http.NotFound(w, r)
	})
}

func openai() vendor {
	return vendor{
		plainPath: "/v1/chat/completions", streamPath: "/v1/chat/completions", kind: "text/event-stream; charset=utf-8",
		plain: fmt.Appendf(nil, `{"id":"chatcmpl-bench","object":"chat.completion","created":1790000000,"model":"bench","choices":[{"index":0,"message":{"role":"assistant","content":"%s","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":50,"total_tokens":61,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_bench"}`, longAnswer()),
		first: chunk(`{"role":"assistant","content":"","refusal":null}`, "null"),
		word:  chunk(`{"content":" gate"}`, "null"),
		last:  chunk(`{}`, `"stop"`),
		usage: []byte(`data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1790000000,"model":"bench","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":200,"total_tokens":211}}` + "\n\n"),
		done:  []byte("data: [DONE]\n\n"),
	}
}

func longAnswer() string { return answer + strings.Repeat(", where a fee is paid to pass", 20) }

func chunk(delta, finish string) []byte {
	return fmt.Appendf(nil, `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1790000000,"model":"bench","service_tier":"default","system_fingerprint":"fp_bench","choices":[{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}],"obfuscation":"Zq3kP9x"}`+"\n\n", delta, finish)
}

func stream(w http.ResponseWriter, r *http.Request, v vendor, usage bool) {
	w.Header().Set("Content-Type", v.kind)
	out := http.NewResponseController(w)
	send := func(b []byte) bool {
		_, err := w.Write(b)
		return err == nil && out.Flush() == nil
	}
	tick := time.NewTicker(pace)
	defer tick.Stop()
	send(v.first)
	for range pacedEvents {
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
		if !send(v.word) {
			return
		}
	}
	send(v.last)
	if usage {
		send(v.usage)
	}
	send(v.done)
}
