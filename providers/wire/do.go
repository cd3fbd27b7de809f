package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	if !ok || call.Stream && codec.Events == nil && codec.Media == nil {
		return nil, p.fault(call, &llm.Error{Class: llm.BadRequestError, Message: p.Name + " does not offer " + call.Op.String() + ofStream(ok)})
	}
	ctx, cancel := context.WithCancel(ctx)
	call, err := p.fetch(ctx, call, codec)
	if err != nil {
		cancel()
		return nil, err
	}
	if codec.Split != nil && !call.Stream {
		if parts := codec.Split(call); len(parts) > 1 {
			defer cancel()
			return p.parts(ctx, call, codec, parts)
		}
	}
	req, err := p.encode(call, codec)
	if err != nil {
		cancel()
		return nil, err
	}
	switch {
	case codec.Media != nil:
		return p.media(ctx, cancel, call, codec, req)
	case call.Stream:
		return p.stream(ctx, cancel, call, codec, req)
	}
	defer cancel()
	return p.plain(ctx, call, codec, req)
}

func (p *Provider) encode(call *llm.Call, codec Codec) (*Request, error) {
	req, err := codec.Encode(call)
	if err != nil {
		return nil, p.broken(call, llm.BadRequestError, "the request cannot be translated", err)
	}
	return req, nil
}

// parts asks for each part of a call. An error of one is the call's.
func (p *Provider) parts(ctx context.Context, call *llm.Call, codec Codec, parts []*llm.Call) (*llm.Reply, error) {
	replies := make([]*llm.Reply, len(parts))
	for i, part := range parts {
		req, err := p.encode(part, codec)
		if err != nil {
			return nil, err
		}
		if replies[i], err = p.plain(ctx, part, codec, req); err != nil {
			return nil, err
		}
	}
	reply, err := codec.Join(call, replies)
	if err != nil {
		return nil, p.broken(call, llm.BadGatewayError, "the answers of "+p.Name+" cannot be joined", err)
	}
	reply.Format, reply.Header = call.Format, replies[len(replies)-1].Header
	return reply, nil
}

// ofStream says that it is a stream which is not to be had.
func ofStream(offered bool) string {
	if offered {
		return " as a stream"
	}
	return ""
}

// media makes the reply that is passed on as it comes. It takes cancel over.
func (p *Provider) media(ctx context.Context, cancel context.CancelFunc, call *llm.Call, codec Codec, req *Request) (*llm.Reply, error) {
	res, _, err := p.send(ctx, call, req)
	if err != nil {
		cancel()
		return nil, err
	}
	reply := &llm.Reply{Format: call.Format, Header: res.Header, Type: res.Header.Get("Content-Type"), Media: res.Body}
	reply.OnClose(func() error {
		cancel()
		return res.Body.Close()
	})
	if reply.Usage, err = codec.Media(call, res.Header); err != nil {
		_ = reply.Close() // the error says more
		return nil, p.broken(call, llm.BadGatewayError, p.Name+" answered something that is not its format", err)
	}
	return reply, nil
}

// send builds the HTTP request and sends it, without what was added if it is
// refused for that. The answer has a status below 300.
func (p *Provider) send(ctx context.Context, call *llm.Call, req *Request) (*http.Response, hidden, error) {
	r, secrets, err := p.request(ctx, call, req)
	if err != nil {
		return nil, nil, err
	}
	client := p.Client
	if call.To.Foreign || req.URL != "" {
		client = p.Guarded
	}
	carry := p.Send
	if carry == nil || req.URL != "" {
		carry = (*http.Client).Do
	}
	res, err := carry(client, r)
	if err != nil {
		return nil, nil, p.unreachable(ctx, call, bare(err))
	}
	if res.StatusCode < 300 {
		return res, secrets, nil
	}
	defer res.Body.Close()
	body, err := outbound.ReadAll(res.Body, maxError)
	if err != nil {
		body = nil // the status alone says enough
	}
	if req.Without != nil && refuses(res.StatusCode) && bytes.Contains(body, []byte(req.Added)) {
		plain := *req
		plain.Body, plain.Without = req.Without(), nil
		return p.send(ctx, call, &plain)
	}
	return nil, nil, p.refused(call, &Response{res.StatusCode, res.Header, body}, secrets)
}

// refuses reports whether a status says that something is wrong with a request's
// members: 424 is what SageMaker makes of whatever its containers answer.
func refuses(status int) bool { return status == 400 || status == 422 || status == 424 }

func (p *Provider) plain(ctx context.Context, call *llm.Call, codec Codec, req *Request) (*llm.Reply, error) {
	answer, secrets, err := p.ask(ctx, call, req)
	for err == nil && codec.Then != nil {
		var next *Request
		if next, err = p.then(ctx, call, codec, answer, secrets); next == nil {
			break
		}
		answer, secrets, err = p.ask(ctx, call, next)
	}
	if err != nil {
		return nil, err
	}
	reply, err := codec.Decode(call, answer)
	if err != nil {
		return nil, p.undecoded(call, answer, secrets, err)
	}
	reply.Format, reply.Header = call.Format, answer.Header
	return reply, nil
}

// ask sends a request and reads the whole answer.
func (p *Provider) ask(ctx context.Context, call *llm.Call, req *Request) (*Response, hidden, error) {
	res, secrets, err := p.send(ctx, call, req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	answer, err := p.read(call, res)
	return answer, secrets, err
}

func (p *Provider) read(call *llm.Call, res *http.Response) (*Response, error) {
	body, err := readBody(res)
	if err != nil {
		return nil, p.broken(call, llm.APIConnectionError, "the answer of "+p.Name+" broke off", err)
	}
	return &Response{res.StatusCode, res.Header, body}, nil
}

// then is the request that follows an answer, after its wait; nil when the
// answer was the last.
func (p *Provider) then(ctx context.Context, call *llm.Call, codec Codec, answer *Response, secrets hidden) (*Request, error) {
	next, wait, err := codec.Then(call, answer)
	if err != nil {
		return nil, p.undecoded(call, answer, secrets, err)
	}
	if next == nil || wait <= 0 {
		return next, nil
	}
	sleep := p.Sleep
	if sleep == nil {
		sleep = byTheClock
	}
	if err := sleep(ctx, wait); err != nil {
		return nil, p.unreachable(ctx, call, err)
	}
	return next, nil
}

func byTheClock(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// undecoded is the error of an answer that its codec could not read: what the
// provider says in it, if anything.
func (p *Provider) undecoded(call *llm.Call, answer *Response, secrets hidden, err error) error {
	var own *llm.Error
	if errors.As(err, &own) {
		if own.Message == "" {
			own.Message = p.Name + " answered an error that says nothing"
		}
		return p.fault(call, scrub(own, secrets))
	}
	if e := p.embedded(call, answer, secrets); e != nil {
		return e
	}
	return p.broken(call, llm.BadGatewayError, p.Name+" answered something that is not its format", err)
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

// stream makes the reply whose events are read as they come. It takes cancel
// over.
func (p *Provider) stream(ctx context.Context, cancel context.CancelFunc, call *llm.Call, codec Codec, req *Request) (*llm.Reply, error) {
	res, secrets, err := p.open(ctx, call, codec, req)
	if err != nil {
		cancel()
		return nil, err
	}
	s := &source{p: p, call: call, secrets: secrets, body: res.Body}
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

// open sends a request, and those that follow from its answers, until an
// answer is a stream.
func (p *Provider) open(ctx context.Context, call *llm.Call, codec Codec, req *Request) (*http.Response, hidden, error) {
	for {
		res, secrets, err := p.send(ctx, call, req)
		if err != nil {
			return nil, nil, err
		}
		kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
		steps := codec.Then != nil && kind == "application/json"
		if kind != "text/html" && (kind != "application/json" || codec.Frames != nil) && !steps {
			return res, secrets, nil
		}
		answer, err := p.read(call, res)
		res.Body.Close()
		if err != nil {
			return nil, nil, err
		}
		if steps {
			if req, err = p.then(ctx, call, codec, answer, secrets); err != nil {
				return nil, nil, err
			}
			if req != nil {
				continue
			}
			if codec.Frames != nil { // the last answer is all there is to stream
				res.Body = io.NopCloser(bytes.NewReader(answer.Body))
				return res, secrets, nil
			}
		}
		if e := p.embedded(call, answer, secrets); e != nil {
			return nil, nil, e
		}
		return nil, nil, p.broken(call, llm.BadGatewayError, p.Name+" answered "+kind+" where an event stream was asked for", nil)
	}
}

// embedded finds an error in an answer whose status said success, as several
// gateways in front of models send it. Nil when there is none, and in half an
// answer: whatever it begins to say, it broke off.
func (p *Provider) embedded(call *llm.Call, answer *Response, secrets hidden) *llm.Error {
	if !bytes.Contains(answer.Body, []byte(`"error"`)) || bytes.HasPrefix(answer.Body, []byte("{")) && !json.Valid(answer.Body) {
		return nil
	}
	return p.refused(call, answer, secrets)
}
