package emulator

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// maxPrelude is where the eight NUL bytes must be found, in bytes:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
const maxPrelude = 16 << 10

// errBegun marks errors after the first byte went to the client.
var errBegun = errors.New("the reply broke off")

// proxyReply is what a function answers with: whole when buffered, without the
// body in a stream's prelude.
type proxyReply struct {
	StatusCode        int                 `json:"statusCode"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Cookies           []string            `json:"cookies"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`
}

// decode fails as API Gateway does on what is not a proxy reply.
func (p *proxyReply) decode(b []byte) error {
	if err := json.Unmarshal(b, p); err != nil {
		return fmt.Errorf("malformed proxy reply: %w", err)
	}
	if p.StatusCode < 200 || p.StatusCode > 599 {
		return fmt.Errorf("malformed proxy reply: statusCode is %d", p.StatusCode)
	}
	return nil
}

func (p *proxyReply) writeHead(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/json") // unless the function says otherwise
	for name, value := range p.Headers {
		h.Set(name, value)
	}
	for name, values := range p.MultiValueHeaders {
		h[http.CanonicalHeaderKey(name)] = values
	}
	for _, cookie := range p.Cookies {
		h.Add("Set-Cookie", cookie)
	}
	w.WriteHeader(p.StatusCode)
}

// writeBuffered reads a whole reply, checks it and passes it on, without its
// base64 if binary is true.
func writeBuffered(w http.ResponseWriter, a *answer, binary bool) error {
	document, err := io.ReadAll(io.LimitReader(a.body, maxBuffered+1))
	if err != nil {
		a.done <- http.StatusAccepted
		return fmt.Errorf("read reply: %w", err)
	}
	if len(document) > maxBuffered {
		_, _ = io.Copy(io.Discard, a.body)
		a.done <- http.StatusRequestEntityTooLarge
		return &functionError{"Function.ResponseSizeTooLarge", "the reply is over Lambda's limit of 6 MB for a buffered reply"}
	}
	a.done <- http.StatusAccepted
	if a.streamed {
		return errors.New("malformed proxy reply: the function streams, but its route is buffered")
	}
	var p proxyReply
	if err := p.decode(document); err != nil {
		return err
	}
	body := []byte(p.Body)
	if p.IsBase64Encoded && binary {
		if body, err = base64.StdEncoding.DecodeString(p.Body); err != nil {
			return fmt.Errorf("malformed proxy reply: %w", err)
		}
	}
	p.writeHead(w)
	_, _ = w.Write(body) // the client may have left
	return nil
}

// relay passes a streamed reply on, chunk by chunk. It reads to the end even
// when the client has left: the function is not stopped.
func (g *Gateway) relay(w http.ResponseWriter, a *answer) error {
	status := http.StatusAccepted
	defer func() { a.done <- status }()
	if !a.streamed {
		_, _ = io.Copy(io.Discard, a.body)
		return errors.New("malformed proxy reply: the function does not stream, but its route does")
	}
	body := bufio.NewReaderSize(a.body, 32<<10)
	var p proxyReply
	prelude, err := readPrelude(body)
	if err == nil {
		err = p.decode(prelude)
	}
	if err != nil {
		_, _ = io.Copy(io.Discard, body)
		return err
	}
	p.writeHead(w)
	flusher := http.NewResponseController(w)
	_ = flusher.Flush() // here and below: the client may have left
	buf := make([]byte, 32<<10)
	for sent := int64(0); ; {
		n, err := body.Read(buf)
		if sent += int64(n); sent > g.maxStreamed {
			status = http.StatusRequestEntityTooLarge
			return fmt.Errorf("%w: it is over Lambda's limit of %d bytes for a streamed reply", errBegun, g.maxStreamed)
		}
		if n > 0 {
			_, _ = w.Write(buf[:n])
			_ = flusher.Flush()
		}
		switch {
		case err == io.EOF:
			return trailerError(a.trailer)
		case err != nil:
			return fmt.Errorf("%w: %w", errBegun, err)
		}
	}
}

// readPrelude reads up to and with the eight NUL bytes, which it drops.
func readPrelude(r *bufio.Reader) ([]byte, error) {
	var prelude []byte
	for zeros := 0; len(prelude) < maxPrelude; {
		c, err := r.ReadByte()
		if err != nil {
			return nil, fmt.Errorf("malformed proxy reply: no prelude: %w", err)
		}
		prelude = append(prelude, c)
		if zeros++; c != 0 {
			zeros = 0
		}
		if zeros == 8 {
			return prelude[:len(prelude)-8], nil
		}
	}
	return nil, fmt.Errorf("malformed proxy reply: no end of the prelude in %d bytes", maxPrelude)
}

// trailerError is the error that a function sends after a part of its reply.
func trailerError(trailer http.Header) error {
	kind := trailer.Get("Lambda-Runtime-Function-Error-Type")
	if kind == "" {
		return nil
	}
	detail, err := base64.StdEncoding.DecodeString(trailer.Get("Lambda-Runtime-Function-Error-Body"))
	if err != nil {
		return fmt.Errorf("%w: %s", errBegun, kind)
	}
	return fmt.Errorf("%w: %s: %s", errBegun, kind, detail)
}
