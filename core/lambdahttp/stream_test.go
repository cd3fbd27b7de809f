package lambdahttp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/routes"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// invoke runs a handler on a sample event.
func invoke(t *testing.T, mode routes.Mode, name string, h http.HandlerFunc) (io.Reader, error) {
	t.Helper()
	f := &Function{Handler: h, Mode: mode}
	return f.Invoke(t.Context(), sample(t, name))
}

// streamed invokes and takes the reply apart as API Gateway does.
func streamed(t *testing.T, name string, h http.HandlerFunc) (prelude string, body io.ReadCloser) {
	t.Helper()
	r, err := invoke(t, routes.Stream, name, h)
	if err != nil {
		t.Fatal(err)
	}
	// Byte by byte: the body must stay unread.
	var b bytes.Buffer
	for !bytes.HasSuffix(b.Bytes(), make([]byte, 8)) {
		if _, err := io.CopyN(&b, r, 1); err != nil {
			t.Fatalf("read prelude: %v after %q", err, b.Bytes())
		}
	}
	return string(bytes.TrimRight(b.Bytes(), "\x00")), r.(io.ReadCloser)
}

func TestStreamHead(t *testing.T) {
	handler := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Content-Length", "7")
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Add("X-Tag", "one")
		w.Header().Add("X-Tag", "two")
		w.WriteHeader(http.StatusAccepted)
		w.Header().Set("X-Late", "too late")
		fmt.Fprint(w, "data: x")
	}
	tests := map[string]string{
		"rest-chat": `{"statusCode":202,"multiValueHeaders":{"Content-Type":["text/event-stream"],"Set-Cookie":["a=1","b=2"],"X-Tag":["one","two"]}}`,
		"url-chat":  `{"statusCode":202,"headers":{"Content-Type":"text/event-stream","X-Tag":"one,two"},"cookies":["a=1","b=2"]}`,
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			got, body := streamed(t, name, handler)
			defer body.Close()
			if got != want {
				t.Errorf("got prelude %s, want %s", got, want)
			}
			if b, err := io.ReadAll(body); string(b) != "data: x" || err != nil {
				t.Errorf("got body %q, %v, want data: x", b, err)
			}
		})
	}
}

// TestStreamFlush holds that a flushed chunk is read while the handler waits,
// and that the header leaves before any body does.
func TestStreamFlush(t *testing.T) {
	flushed, next := make(chan struct{}), make(chan struct{})
	_, body := streamed(t, "rest-chat-stream", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		<-flushed
		fmt.Fprint(w, "one")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-next
		fmt.Fprint(w, "two")
	})
	defer body.Close()
	close(flushed)
	buf := make([]byte, 16)
	if n, err := body.Read(buf); string(buf[:n]) != "one" || err != nil {
		t.Errorf("got %q, %v, want one", buf[:n], err)
	}
	close(next)
	if rest, err := io.ReadAll(body); string(rest) != "two" || err != nil {
		t.Errorf("got %q, %v, want two", rest, err)
	}
}

// TestStreamClose holds that closing a body early unblocks the handler's write,
// cancels its context and waits until it has settled.
func TestStreamClose(t *testing.T) {
	var writeErr, ctxErr error
	settled := false
	_, body := streamed(t, "rest-chat-stream", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		for writeErr == nil {
			_, writeErr = w.Write(make([]byte, 64<<10))
		}
		<-r.Context().Done()
		ctxErr = r.Context().Err()
		settled = true
	})
	if err := body.Close(); err != nil {
		t.Fatal(err)
	}
	if !settled || !errors.Is(writeErr, io.ErrClosedPipe) || !errors.Is(ctxErr, context.Canceled) {
		t.Errorf("got settled %v, write %v, context %v, want true, closed pipe, canceled", settled, writeErr, ctxErr)
	}
	if err := body.Close(); err != nil {
		t.Errorf("got %v from the second Close, want nil", err)
	}
}

// TestStreamEnd holds that the body does not end before the handler returns.
func TestStreamEnd(t *testing.T) {
	settle := make(chan struct{})
	settled := false
	_, body := streamed(t, "url-chat-stream", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "all")
		w.(http.Flusher).Flush()
		<-settle
		settled = true
	})
	defer body.Close()
	if _, err := io.ReadFull(body, make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	close(settle)
	if n, err := body.Read(make([]byte, 1)); n != 0 || err != io.EOF || !settled {
		t.Errorf("got %d, %v, settled %v, want 0, EOF, true", n, err, settled)
	}
}

func TestStreamPanic(t *testing.T) {
	t.Run("before the header", func(t *testing.T) {
		r, err := invoke(t, routes.Stream, "rest-chat", func(http.ResponseWriter, *http.Request) { panic("boom") })
		if err == nil || err.Error() != "the handler panicked: boom" || r != nil {
			t.Errorf("got %v, %v, want an error", r, err)
		}
	})
	t.Run("mid-stream", func(t *testing.T) {
		_, body := streamed(t, "rest-chat", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "begun")
			panic(http.ErrAbortHandler)
		})
		defer body.Close()
		b, err := io.ReadAll(body)
		if string(b) != "begun" || err == nil || !strings.Contains(err.Error(), "the handler aborted the reply") {
			t.Errorf("got %q, %v, want begun and an error", b, err)
		}
	})
}

func TestDeadline(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	for left, margin := range map[time.Duration]time.Duration{
		900 * time.Second: 10 * time.Second,
		29 * time.Second:  2900 * time.Millisecond,
		-time.Second:      0,
	} {
		lambdaCtx, cancel := context.WithDeadline(t.Context(), now.Add(left))
		defer cancel()
		f := &Function{Now: func() time.Time { return now }}
		ctx, cancel := f.withDeadline(lambdaCtx)
		defer cancel()
		if got, _ := ctx.Deadline(); !got.Equal(now.Add(left - margin)) {
			t.Errorf("got a margin of %v with %v left, want %v", now.Add(left).Sub(got), left, margin)
		}
	}
}

// TestDeadlineStream holds that a handler can still write after its deadline.
func TestDeadlineStream(t *testing.T) {
	lambdaCtx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	f := &Function{Mode: routes.Stream, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		fmt.Fprint(w, lambdaCtx.Err(), " ", r.Context().Err())
	})}
	r, err := f.Invoke(lambdaCtx, sample(t, "url-chat"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.(io.Closer).Close()
	b, err := io.ReadAll(r)
	if err != nil || !bytes.HasSuffix(b, []byte("<nil> context deadline exceeded")) {
		t.Errorf("got %q, %v, want the handler's deadline alone to have passed", b, err)
	}
}

// TestConcurrent holds that invocations of one Function do not mix.
func TestConcurrent(t *testing.T) {
	f := &Function{Mode: routes.Stream, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	})}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			want := strings.Repeat(fmt.Sprint(i), 20_000)
			r, err := f.Invoke(t.Context(), edited(t, "url-chat", `{"body":"`+want+`"}`))
			if err != nil {
				t.Error(err)
				return
			}
			defer r.(io.Closer).Close()
			if b, err := io.ReadAll(r); err != nil || !strings.HasSuffix(string(b), "\x00"+want) {
				t.Errorf("got %d bytes, %v, want the body back", len(b), err)
			}
		})
	}
	wg.Wait()
}

// TestRuntimeTakesReaders holds what aws-lambda-go demands of a reply: it must
// refuse to be JSON, and say its content type.
func TestRuntimeTakesReaders(t *testing.T) {
	for _, r := range []any{&events.APIGatewayProxyStreamingResponse{}, &events.LambdaFunctionURLStreamingResponse{}, &jsonReply{}} {
		if _, err := json.Marshal(r); err == nil {
			t.Errorf("got JSON of %T, want an error", r)
		}
		if r, ok := r.(interface{ ContentType() string }); !ok || r.ContentType() == "" {
			t.Errorf("got no content type of %T", r)
		}
	}
}
