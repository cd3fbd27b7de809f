// Package lambdahttp runs an http.Handler as a Lambda function: it turns API
// Gateway's and Function URLs' events into requests and replies into what each
// of them expects, buffered or streamed. It exists so that the rest of
// Tollgate sees net/http only; it is the one package that knows aws-lambda-go.
//
// A Lambda environment is frozen between invocations, so nothing here outlives
// one: a streamed reply ends only after the handler has returned.
//
// Wire formats:
//   - REST API events: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
//   - REST API streaming: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
//   - HTTP API events: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
//   - Function URLs: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
package lambdahttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// Function answers invocations with an http.Handler. It keeps no state between
// them and several may run at once.
type Function struct {
	Handler http.Handler
	// Mode says how the route's integration passes a reply on; the event does
	// not tell. An HTTP API cannot stream, so its replies are always buffered.
	Mode routes.Mode
	// Now is the clock that deadlines are measured with; nil is time.Now.
	Now func() time.Time
}

// Invoke answers one event. The reader it returns is the reply for the runtime
// API: a JSON document when buffered, else a stream that ends when the handler
// has returned and that must be closed. Closing it early cancels the handler's
// context and waits for the handler.
//
// An error means that there is no reply at all: the event is malformed or of an
// unknown kind, or the handler panicked before its first byte.
func (f *Function) Invoke(ctx context.Context, payload []byte) (io.Reader, error) {
	e, err := decode(payload)
	if err != nil {
		return nil, err
	}
	ctx, cancel := f.withDeadline(ctx)
	r, err := e.request(ctx)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("read event: %w", err)
	}
	if f.Mode == routes.Stream && e.streams() {
		return f.stream(r, e.kind, cancel)
	}
	defer cancel()
	return f.buffer(r, e.kind)
}

// withDeadline ends the handler's context before Lambda's own deadline, by 10
// seconds or a tenth of what is left if that is less: the handler needs time to
// tell the client and to settle the bill before the environment is killed.
func (f *Function) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	now := time.Now
	if f.Now != nil {
		now = f.Now
	}
	margin := min(10*time.Second, max(0, deadline.Sub(now())/10))
	return context.WithDeadline(ctx, deadline.Add(-margin))
}

// panicError is what a panic of the handler becomes: there is no client
// connection to break here, only a reply that is marked as failed.
func panicError(value any) error {
	if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		return errors.New("the handler aborted the reply")
	}
	return fmt.Errorf("the handler panicked: %v", value)
}
