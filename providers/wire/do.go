package wire

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/outbound"
)

const (
	maxReply = 64 << 20 // bytes of a plain answer
	maxError = 1 << 20  // bytes of an error answer
	// drain is how long a finished stream may take to end its connection's
	// turn, so that the connection can be used again.
	drain = 20 * time.Millisecond
)

// Do implements llm.Provider. Every error is an *llm.Error.
func (p *Provider) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	codec, ok := p.Dialect.Codecs[call.Key()]
	if !ok || call.Stream && codec.Events == nil {
		return nil, p.fault(call, &llm.Error{Class: llm.BadRequestError, Message: p.Name + " does not offer this operation"})
	}
	req, err := codec.Encode(call)
	if err != nil {
		return nil, p.broken(call, llm.BadRequestError, "the request cannot be translated", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	res, key, err := p.send(ctx, call, req)
	if err != nil {
		cancel()
		return nil, err
	}
	if !call.Stream {
		defer cancel()
		defer res.Body.Close()
		return p.plain(call, codec, res, key)
	}
	reply, err := p.stream(call, codec, res, key, cancel)
	if err != nil {
		res.Body.Close()
		cancel()
	}
	return reply, err
}

// send builds the HTTP request and sends it, without what was added if it is
// refused for that. The answer has a status below 300.
func (p *Provider) send(ctx context.Context, call *llm.Call, req *Request) (*http.Response, string, error) {
	r, key, err := p.request(ctx, call, req)
	if err != nil {
		return nil, key, err
	}
	client := p.Client
	if call.To.Foreign {
		client = p.Guarded
	}
	res, err := client.Do(r)
	if err != nil {
		return nil, key, p.unreachable(ctx, call, bare(err))
	}
	if res.StatusCode < 300 {
		return res, key, nil
	}
	defer res.Body.Close()
	body, err := outbound.ReadAll(res.Body, maxError)
	if err != nil {
		body = nil // the status alone says enough
	}
	if req.Without != nil && (res.StatusCode == 400 || res.StatusCode == 422) && bytes.Contains(body, []byte(req.Added)) {
		plain := *req
		plain.Body, plain.Without = req.Without(), nil
		return p.send(ctx, call, &plain)
	}
	return nil, key, p.refused(call, &Response{res.StatusCode, res.Header, body}, key)
}

func (p *Provider) plain(call *llm.Call, codec Codec, res *http.Response, key string) (*llm.Reply, error) {
	body, err := readBody(res)
	if err != nil {
		return nil, p.broken(call, llm.APIConnectionError, "the answer of "+p.Name+" broke off", err)
	}
	answer := &Response{res.StatusCode, res.Header, body}
	reply, err := codec.Decode(call, answer)
	if err != nil {
		if e := p.embedded(call, answer, key); e != nil {
			return nil, e
		}
		return nil, p.broken(call, llm.BadGatewayError, p.Name+" answered something that is not its format", err)
	}
	reply.Format, reply.Header = call.Format, res.Header
	return reply, nil
}

// readBody reads a plain answer; its length, when told, spares growing.
func readBody(res *http.Response) ([]byte, error) {
	if n := res.ContentLength; n > 0 && n <= maxReply {
		b := make([]byte, n)
		_, err := io.ReadFull(res.Body, b)
		return b, err
	}
	return outbound.ReadAll(res.Body, maxReply)
}

func (p *Provider) stream(call *llm.Call, codec Codec, res *http.Response, key string, cancel context.CancelFunc) (*llm.Reply, error) {
	if kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); kind == "application/json" || kind == "text/html" {
		body, _ := outbound.ReadAll(res.Body, maxError)
		answer := &Response{res.StatusCode, res.Header, body}
		if e := p.embedded(call, answer, key); e != nil {
			return nil, e
		}
		return nil, p.broken(call, llm.BadGatewayError, p.Name+" answered "+kind+" where an event stream was asked for", nil)
	}
	s := &source{p: p, call: call, key: key, body: res.Body}
	reply := &llm.Reply{Format: call.Format, Header: res.Header, Events: s.events(codec)}
	reply.OnClose(func() error {
		if s.ended {
			stop := time.AfterFunc(drain, cancel)
			_, _ = io.CopyN(io.Discard, res.Body, 4<<10) // an error only costs the connection
			stop.Stop()
		}
		cancel()
		return res.Body.Close()
	})
	return reply, nil
}

// embedded finds an error in an answer whose status said success, as several
// gateways in front of models send it. Nil when there is none.
func (p *Provider) embedded(call *llm.Call, answer *Response, key string) *llm.Error {
	if !bytes.Contains(answer.Body, []byte(`"error"`)) {
		return nil
	}
	return p.refused(call, answer, key)
}
