package calls

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/batch"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Later answers batches, those too that nobody waits for. All fields but Missing
// are required.
type Later struct {
	Calls   *Handler
	Batches *batch.Batches // nil: see Missing
	Missing string         // why there are none that nobody waits for
	Now     func() time.Time
	// Asker is who asks, as it is kept until the lines are run: no secret. Caller
	// is who that is then: an *llm.Error when they may not ask any more.
	Asker  func(r *http.Request, caller *llm.Caller) (json.RawMessage, error)
	Caller func(ctx context.Context, asker json.RawMessage) (*llm.Caller, error)
	// Log writes a line's record down.
	Log func(ctx context.Context, rec *llm.Record)
}

// asked is what is kept of a request beside its lines.
type asked struct {
	Who    json.RawMessage `json:"who"`
	Header http.Header     `json:"header,omitempty"`
}

// Batch answers the requests of a batch, or keeps them for later when there are
// more than 100, or when it says "async": true.
func (l *Later) Batch(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	list, at, err := batchOf(body)
	if err != nil {
		return err
	}
	shared := body.Without("requests", "max_concurrent_requests", "use_threadpool", "async")
	later := len(list) > maxAtOnce
	switch v, _ := body.Raw("async"); string(v) {
	case "true":
		later = true
	case "", "false", "null":
	default:
		return bad("async", "async must be true or false")
	}
	if !later {
		return l.Calls.batch(w, r, caller, shared, list, at)
	}
	if l.Batches == nil {
		return &llm.Error{Class: llm.BadRequestError, Param: "requests", Message: fmt.Sprintf("more than %d requests, and those with async, need a queue: %s", maxAtOnce, l.Missing)}
	}
	return l.keep(w, r, caller, shared, list)
}

// keep keeps a batch for later.
func (l *Later) keep(w *web.Writer, r *http.Request, caller *llm.Caller, shared raw.Object, list []raw.Object) error {
	who, err := l.Asker(r, caller)
	if err != nil {
		return err
	}
	asker, err := json.Marshal(asked{who, l.headers(r.Header)})
	if err != nil {
		return err
	}
	lines := make([]json.RawMessage, len(list))
	for i, one := range list {
		line := shared.Merged(one)
		for _, name := range []string{"api_key", "extra_headers"} {
			if _, ok := line.Raw(name); ok {
				return bad(name, name+" may not be set by a request that nobody waits for: it would be kept until the request is run, and as long as its answer")
			}
		}
		lines[i] = line.Bytes()
	}
	made, unsent, err := l.Batches.Create(r.Context(), ownerOf(caller), asker, lines)
	if err != nil {
		return unkept(err)
	}
	if unsent != nil { // they will be, within minutes
		web.Record(r.Context()).Cause = unsent
	}
	text, err := json.Marshal(said(made))
	if err != nil {
		return err
	}
	return w.JSON(http.StatusAccepted, text)
}

// headers are those that say how requests are to be answered, and for whom.
func (l *Later) headers(from http.Header) http.Header {
	kept := http.Header{}
	for name, values := range from {
		if strings.HasPrefix(name, "X-Litellm-") && name != "X-Litellm-Api-Key" || l.Calls.CustomerHeader != "" && name == http.CanonicalHeaderKey(l.Calls.CustomerHeader) {
			kept[name] = values
		}
	}
	return kept
}

// ownerOf is who may see a batch: whoever has the key that made it.
func ownerOf(c *llm.Caller) string {
	if c == nil {
		return ""
	}
	return c.KeyHash
}

// Retrieve answers GET /v1/batch/completions/{id}: how far a batch is and, once it
// is done, its results. Others' batches are as if they were not there.
func (l *Later) Retrieve(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	id := r.PathValue("id")
	missing := &llm.Error{Class: llm.NotFoundError, Type: "invalid_request_error", Message: "Batch with id '" + id + "' not found."}
	if l.Batches == nil {
		return missing
	}
	one, err := l.Batches.Find(r.Context(), ownerOf(caller), id)
	switch {
	case errors.Is(err, batch.ErrNotFound):
		return missing
	case err != nil:
		return unkept(err)
	}
	head, err := json.Marshal(said(one))
	if err != nil {
		return err
	}
	if !one.Done() {
		return w.JSON(http.StatusOK, head)
	}
	from, to := io.Pipe()
	wrote := make(chan struct{})
	go func() {
		defer close(wrote)
		to.CloseWithError(l.results(r.Context(), to, one, head)) // nil is an end
	}()
	defer func() {
		from.Close()
		<-wrote
	}()
	return w.Reply(&llm.Reply{Media: from, Type: "application/json"})
}

// results writes a batch with its results, as many at a time as are in memory.
func (l *Later) results(ctx context.Context, w io.Writer, of *batch.Batch, head []byte) error {
	text := append(slices.Clone(head[:len(head)-1]), `,"data":[`...)
	for r, err := range l.Batches.Results(ctx, of) {
		if err != nil {
			return err
		}
		one := line{Index: r.Index, Response: r.Body}
		if r.Error {
			one = line{Index: r.Index, Error: r.Body}
		}
		if r.Index > 0 {
			text = append(text, ',')
		}
		if text, err = appendJSON(text, one); err != nil {
			return err
		}
		if _, err := w.Write(text); err != nil {
			return err
		}
		text = text[:0]
	}
	_, err := w.Write(append(text, "]}"...))
	return err
}

func appendJSON(to []byte, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	return append(to, text...), err
}

// Run answers a line of a batch, for whoever asked as they are now.
func (l *Later) Run(ctx context.Context, one *batch.Line) (json.RawMessage, error) {
	var from asked
	if err := json.Unmarshal(one.Batch.Asker, &from); err != nil {
		return nil, fmt.Errorf("read who asked: %w", err)
	}
	rec := &llm.Record{RequestID: fmt.Sprintf("%s-%d", one.Batch.ID, one.Index), Route: "batch", Start: l.Now(), Status: http.StatusOK}
	answer, err := l.answer(ctx, &from, one, rec)
	if err != nil {
		known := errorOf(err)
		rec.Status, rec.Class, rec.Cause = known.Class.Status(), known.Class, err
	}
	l.Log(ctx, rec)
	return answer, err
}

func (l *Later) answer(ctx context.Context, from *asked, one *batch.Line, rec *llm.Record) (json.RawMessage, error) {
	caller, err := l.Caller(ctx, from.Who)
	if err != nil {
		return nil, err
	}
	rec.KeyHash, rec.User, rec.Team = caller.KeyHash, caller.User, caller.Team
	body, err := raw.Parse(one.Body)
	if err != nil {
		return nil, bad("requests", err.Error())
	}
	reply, err := l.Calls.one((&http.Request{Header: from.Header}).WithContext(ctx), caller, body, rec)
	if err != nil {
		return nil, err
	}
	text := reply.Body.Bytes()
	return text, reply.Close()
}

// errorOf is what a caller is told of an error.
func errorOf(err error) *llm.Error {
	var e *llm.Error
	if errors.As(err, &e) {
		return e
	}
	return &llm.Error{Class: llm.InternalServerError, Message: "the gateway failed", Err: err}
}

func unkept(err error) error {
	return &llm.Error{Class: llm.ServiceUnavailableError, Message: "batches cannot be kept or read now", Err: err}
}

// shown is a batch in OpenAI's words.
// Source: https://platform.openai.com/docs/api-reference/batch/object
type shown struct {
	ID          string       `json:"id"`
	Object      string       `json:"object"`
	Endpoint    string       `json:"endpoint"`
	Window      string       `json:"completion_window"`
	Status      batch.Status `json:"status"`
	CreatedAt   int64        `json:"created_at"`
	ExpiresAt   int64        `json:"expires_at"`
	CompletedAt *int64       `json:"completed_at"`
	ExpiredAt   *int64       `json:"expired_at"`
	Counts      struct {
		Total     int `json:"total"`
		Completed int `json:"completed"`
		Failed    int `json:"failed"`
	} `json:"request_counts"`
}

func said(b *batch.Batch) shown {
	s := shown{
		ID: b.ID, Object: "batch", Endpoint: "/v1/chat/completions", Window: "24h", Status: b.Status,
		CreatedAt: b.Created.Unix(), ExpiresAt: b.Ends.Unix(),
	}
	s.Counts.Total, s.Counts.Completed, s.Counts.Failed = b.Lines, b.Completed, b.Failed
	at := b.Finished.Unix()
	switch b.Status {
	case batch.Completed:
		s.CompletedAt = &at
	case batch.Expired:
		s.ExpiredAt = &at
	}
	return s
}
