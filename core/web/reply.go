package web

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
)

// Reply writes a model's reply: JSON, what a provider's media are, or a stream
// of events that ends as its format says, OpenAI's in exactly one [DONE]. A
// stream that breaks off, or that ends without its Last event, ends in an error
// event and has none. It does not close the reply.
func (w *Writer) Reply(reply *llm.Reply) error {
	w.forward(reply.Header)
	switch {
	case reply.Media != nil:
		return w.media(reply)
	case reply.Events == nil:
		return w.JSON(http.StatusOK, reply.Body.Bytes())
	}
	for ev, err := range reply.Events {
		if err != nil {
			return err
		}
		if err := w.event(ev); err != nil {
			w.rec.Cause = fmt.Errorf("the client left: %w", err)
			return nil // there is nobody to tell
		}
	}
	return w.whole()
}

// media passes on what is not JSON, as it comes: none of it is held. One that
// breaks off can only be told from the connection, which breaks too.
func (w *Writer) media(reply *llm.Reply) error { return w.copy(http.StatusOK, reply.Type, reply.Media) }

// Pass answers as somebody else did.
func (w *Writer) Pass(res *http.Response) error {
	h := w.http.Header()
	for name, values := range res.Header {
		if !connection[name] {
			h[name] = values
		}
	}
	return w.copy(res.StatusCode, res.Header.Get("Content-Type"), res.Body)
}

func (w *Writer) copy(status int, kind string, from io.Reader) error {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			if left := w.piece(status, kind, buf[:n]); left != nil {
				w.rec.Cause = fmt.Errorf("the client left: %w", left)
				return nil // there is nobody to tell
			}
		}
		switch {
		case err == io.EOF:
			return w.piece(status, kind, nil)
		case err != nil:
			w.mu.Lock()
			w.closed = w.status != 0
			w.mu.Unlock()
			return &llm.Error{Class: llm.APIConnectionError, Message: "the answer broke off", Provider: w.rec.Provider, Err: err}
		}
	}
}

// piece writes some of a reply that is not JSON.
func (w *Writer) piece(status int, kind string, b []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begin(status, kind)
	w.last = time.Now()
	_, err := w.http.Write(b)
	w.flush()
	return err
}

// whole returns an error for a stream that did not say that it is.
func (w *Writer) whole() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil
	}
	return &llm.Error{Class: llm.BadGatewayError, Message: "the stream ended without an end", Provider: w.rec.Provider}
}

// event writes one event, and flushes unless the next one is waiting already.
func (w *Writer) event(ev llm.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stream = true
	w.begin(http.StatusOK, eventStream)
	w.buf = w.buf[:0]
	if len(ev.Data) > 0 {
		w.buf = sse.Append(w.buf, ev.Name, ev.Data)
		w.sent++
	}
	if ev.Last {
		if done := w.says().done; done != "" {
			w.buf = sse.Append(w.buf, "", []byte(done))
		}
		w.closed = true
	}
	var err error
	if len(w.buf) > 0 {
		w.last = time.Now()
		_, err = w.http.Write(w.buf)
	}
	if !ev.More || ev.Last {
		w.flush()
	}
	return err
}

// forward passes the provider's headers on under the name LiteLLM gives them,
// and its rate limits under their own.
func (w *Writer) forward(from http.Header) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.status != 0 {
		return
	}
	h := w.http.Header()
	for name, values := range from {
		if strings.HasPrefix(name, "X-Ratelimit-") {
			h[name] = values
		}
		if !connection[name] {
			h["llm_provider-"+strings.ToLower(name)] = values
		}
	}
}

// connection are headers about a connection or its owner, which end there.
var connection = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Authenticate": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true, "Set-Cookie": true, "Content-Length": true,
	"Content-Encoding": true, "Content-Type": true, "Alt-Svc": true, "Strict-Transport-Security": true,
}

// describe says in headers what happened to the request, as far as it is known
// when the response begins. Empty ones are left out.
func (w *Writer) describe(h http.Header) {
	rec := w.rec
	values := make([]string, 0, 11) // one array for all of them
	set := func(name, v string) {
		if v != "" {
			values = append(values, v)
			h[name] = values[len(values)-1 : len(values) : len(values)]
		}
	}
	set("X-Litellm-Call-Id", rec.RequestID)
	set("X-Litellm-Version", w.edge.Version)
	if w.early || rec.Deployment == "" { // in between, the record is others' to write
		return
	}
	total := w.edge.Now().Sub(rec.Start)
	base, _, _ := strings.Cut(rec.Base, "?")
	if rec.Model == "" { // the address of an endpoint that the operator added, whose path may be its secret
		base = ""
	}
	set("X-Litellm-Model-Id", rec.Deployment)
	set("X-Litellm-Model-Group", rec.Model)
	set("X-Litellm-Model-Api-Base", base)
	set("X-Litellm-Attempted-Retries", strconv.Itoa(rec.Retries))
	set("X-Litellm-Attempted-Fallbacks", strconv.Itoa(rec.Fallbacks))
	if rec.Priced && !rec.Stream { // of a stream the cost is known when its headers are gone
		set("X-Litellm-Response-Cost", dollars(rec.Cost))
	}
	set("X-Litellm-Response-Duration-Ms", milliseconds(total))
	set("X-Litellm-Overhead-Duration-Ms", milliseconds(total-rec.Upstream))
	if rec.Timeout > 0 {
		set("X-Litellm-Timeout", strconv.FormatFloat(rec.Timeout.Seconds(), 'f', -1, 64))
	}
}

// dollars writes pico-dollars as dollars, exactly.
func dollars(pico int64) string {
	s := strconv.FormatInt(pico, 10)
	sign := ""
	if pico < 0 {
		sign, s = "-", s[1:]
	}
	if n := 13 - len(s); n > 0 {
		s = strings.Repeat("0", n) + s
	}
	whole, part := s[:len(s)-12], strings.TrimRight(s[len(s)-12:], "0")
	if part == "" {
		return sign + whole
	}
	return sign + whole + "." + part
}

func milliseconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 3, 64)
}
