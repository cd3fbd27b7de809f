package lambdahttp

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda/messages"
)

// stream runs the handler in a goroutine and returns as soon as the header is
// known. The goroutine belongs to the reply's body: the body's end and its
// Close both come after the handler's return.
func (f *Function) stream(r *http.Request, k kind, cancel context.CancelFunc) (io.Reader, error) {
	type head struct {
		status int
		header http.Header
	}
	reader, pipe := io.Pipe()
	released := make(chan head, 1)
	body := &streamBody{PipeReader: reader, cancel: cancel, done: make(chan struct{})}
	w := newWriter(pipe, r, func(status int, header http.Header) { released <- head{status, header} })
	go func() {
		defer close(body.done)
		err := serve(f.Handler, w, r)
		if err == nil {
			err = w.FlushError()
		} else if w.status != 0 {
			_ = w.body.Flush() // what came before the panic is the client's
		}
		body.failed = err
		close(released)
		_ = pipe.CloseWithError(streamError(err)) // never fails
	}()
	h, ok := <-released
	if !ok {
		_ = body.Close() // never fails
		return nil, body.failed
	}
	if k == functionURL {
		header, cookies := joinHeader(h.header)
		return &events.LambdaFunctionURLStreamingResponse{StatusCode: h.status, Headers: header, Cookies: cookies, Body: body}, nil
	}
	return &events.APIGatewayProxyStreamingResponse{StatusCode: h.status, MultiValueHeaders: replyHeader(h.header), Body: body}, nil
}

// serve calls the handler and turns its panic into an error.
func serve(h http.Handler, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = panicError(value)
		}
	}()
	h.ServeHTTP(w, r)
	return nil
}

// streamBody is the body of a streamed reply. The runtime closes it when it has
// read the end, or early when nobody takes the bytes any more.
type streamBody struct {
	*io.PipeReader
	cancel context.CancelFunc
	done   chan struct{} // closed when the handler has returned
	failed error         // why the handler failed; read after done
}

// Close ends the handler's writes and its context and waits for it to return:
// the environment is frozen afterwards, so it must have settled by then.
func (b *streamBody) Close() error {
	_ = b.PipeReader.Close() // never fails
	b.cancel()
	<-b.done
	return nil
}

// streamError makes the error of a body that ends too early. The runtime sends
// it as the trailers Lambda-Runtime-Function-Error-Type and -Body.
func streamError(err error) error {
	if err == nil {
		return nil
	}
	return messages.InvokeResponse_Error{Type: "Tollgate.StreamAborted", Message: err.Error()}
}

// replyHeader drops what describes a connection: API Gateway has its own.
func replyHeader(h http.Header) http.Header {
	for _, name := range []string{"Connection", "Content-Length", "Keep-Alive", "Transfer-Encoding"} {
		h.Del(name)
	}
	return h
}

// joinHeader is the header for events of version 2.0: one string for each name,
// and cookies, which may not be joined, on their own.
func joinHeader(h http.Header) (header map[string]string, cookies []string) {
	header = make(map[string]string, len(h))
	for name, values := range replyHeader(h) {
		if name == "Set-Cookie" {
			cookies = values
			continue
		}
		header[name] = strings.Join(values, ",")
	}
	return header, cookies
}
