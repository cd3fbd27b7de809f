package replicate

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var errNoPrediction = errors.New("the answer is no prediction")

// pause is the time between two looks at a prediction, Replicate's clients'.
const pause = 500 * time.Millisecond

// prediction is a run of a model.
// Source: https://replicate.com/docs/reference/http#predictions.get
type prediction struct {
	ID      string          `json:"id"`
	Model   string          `json:"model"`
	Status  string          `json:"status"`
	Output  json.RawMessage `json:"output"`
	Error   json.RawMessage `json:"error"`
	Created time.Time       `json:"created_at"`
	URLs    struct {
		Stream string `json:"stream"`
	} `json:"urls"`
	Metrics struct {
		In  *int64 `json:"input_token_count"`
		Out *int64 `json:"output_token_count"`
	} `json:"metrics"`
}

// read reads a prediction. One that failed is an *llm.Error.
func read(body []byte) (prediction, error) {
	var p prediction
	if err := json.Unmarshal(body, &p); err != nil {
		return p, err
	}
	switch {
	case p.ID == "" || p.Status == "":
		return p, errNoPrediction
	case p.Status == "failed" || p.Status == "canceled" || p.Status == "aborted":
		return p, failed(p.Status, p.Error)
	}
	return p, nil
}

// then looks again at a prediction that is not over, or listens to the one
// that says where. A model that cannot be listened to is waited for.
func then(call *llm.Call, r *wire.Response) (*wire.Request, time.Duration, error) {
	p, err := read(r.Body)
	if err != nil {
		return nil, 0, err
	}
	if call.Stream && p.URLs.Stream != "" {
		return &wire.Request{
			Method: http.MethodGet, URL: p.URLs.Stream,
			Header: http.Header{"Accept": {"text/event-stream"}, "Cache-Control": {"no-store"}},
		}, 0, nil
	}
	if p.Status == "starting" || p.Status == "processing" {
		return &wire.Request{Method: http.MethodGet, Path: "/v1/predictions/" + url.PathEscape(p.ID)}, pause, nil
	}
	return nil, 0, nil
}

func decode(call *llm.Call, r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	p, err := read(r.Body)
	if err != nil {
		return nil, err
	}
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	answer := chat.Answer{Text: p.text(), Fields: unmapped(body)}
	head := chat.Head{ID: p.ID, Model: p.Model}
	if !p.Created.IsZero() {
		head.Created = p.Created.Unix()
	}
	return chat.Reply(call, now, head, []chat.Answer{answer}, p.usage()), nil
}

// text is the output: a text, pieces of one, or whatever else a model makes, as
// JSON.
func (p *prediction) text() string {
	var whole string
	var pieces []string
	switch {
	case len(p.Output) == 0 || string(p.Output) == "null":
		return ""
	case json.Unmarshal(p.Output, &whole) == nil:
		return whole
	case json.Unmarshal(p.Output, &pieces) == nil:
		return strings.Join(pieces, "")
	}
	return string(p.Output)
}

// usage is what the models that are priced by tokens say of them.
func (p *prediction) usage() llm.Usage {
	if p.Metrics.In == nil || p.Metrics.Out == nil {
		return llm.Usage{}
	}
	return llm.Usage{Known: true, In: *p.Metrics.In, Out: *p.Metrics.Out}
}

// unmapped is what a reply has no word for. The caller's own input and the
// addresses of the prediction, which need Replicate's key, are of no use to it.
func unmapped(body raw.Object) raw.Object {
	rest := body.Without("id", "model", "status", "input", "output", "error", "urls", "created_at")
	for name, v := range rest.All() {
		if string(v) == "null" || string(v) == `""` {
			rest = rest.Without(name)
		}
	}
	return rest
}
