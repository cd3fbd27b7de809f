package huggingface

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var errNoText = errors.New("no generated_text in the answer")

// token is one token of a reply.
type token struct {
	Text    json.RawMessage `json:"text"`
	Logprob json.RawMessage `json:"logprob"`
	Special bool            `json:"special"` // one of the model's marks, which it does not say
}

// details are how a reply came about.
type details struct {
	Finish  string            `json:"finish_reason"`
	Out     int64             `json:"generated_tokens"`
	In      int64             `json:"input_length"` // of streams
	Prefill []json.RawMessage `json:"prefill"`      // the prompt's tokens, when asked for
	Tokens  []token           `json:"tokens"`
	Top     [][]token         `json:"top_tokens"`
}

// generatedText translates a plain answer: an object, or a list of one from
// servers that take several texts.
func generatedText(call *llm.Call, r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	body := bytes.TrimSpace(r.Body)
	if len(body) > 0 && body[0] == '[' {
		for _, item := range raw.Items(body) {
			body = item
			break
		}
	}
	o, err := raw.Parse(body)
	if err != nil {
		return nil, err
	}
	var in struct {
		Text    *string `json:"generated_text"`
		Details details `json:"details"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	if in.Text == nil {
		return nil, errNoText
	}
	d := &in.Details
	v, _ := o.Raw("details")
	a := chat.Answer{Text: *in.Text, Finish: d.finish(), Fields: o.Without("generated_text", "details").Merged(kept(v))}
	if asked(call) {
		a.Logprobs = logprobs(d.Tokens, d.Top)
	}
	if n, err := strconv.ParseInt(r.Header.Get("X-Prompt-Tokens"), 10, 64); err == nil {
		d.In = n
	} else if d.In == 0 {
		d.In = int64(len(d.Prefill))
	}
	return chat.Reply(call, now, head(call), []chat.Answer{a}, d.usage()), nil
}

// head names the model without the task.
func head(call *llm.Call) chat.Head { return chat.Head{Model: strings.TrimPrefix(call.To.Model, task)} }

// start makes the reader of a stream.
// Source: https://huggingface.co/docs/text-generation-inference/conceptual/streaming
func start(call *llm.Call) chat.Reader {
	wanted := asked(call)
	return func(ev sse.Event, s *chat.Stream) error {
		o, err := raw.Parse(ev.Data)
		if err != nil {
			return err
		}
		if o.Has("error") {
			return Fail(call, &wire.Response{Status: http.StatusOK, Body: bytes.Clone(ev.Data)})
		}
		var in struct {
			Token   *token   `json:"token"`
			Top     []token  `json:"top_tokens"`
			Details *details `json:"details"`
		}
		if err := json.Unmarshal(ev.Data, &in); err != nil {
			return err
		}
		s.Start(head(call))
		if t := in.Token; t != nil && !t.Special && chat.IsText(t.Text) {
			s.Text(0, t.Text)
			if wanted {
				s.Logprobs(0, logprobs([]token{*t}, [][]token{in.Top}))
			}
		}
		fields := o.Without("index", "token", "top_tokens", "generated_text", "details")
		if d := in.Details; d != nil {
			if u := d.usage(); u.Known {
				s.Usage(u)
			}
			v, _ := o.Raw("details")
			fields = fields.Merged(kept(v))
		}
		s.Fields(0, fields)
		if in.Details != nil || o.Has("generated_text") {
			s.Finish(0, in.Details.finish())
			s.End()
		}
		return nil
	}
}

// asked reports whether the caller wants to know how probable the tokens are.
func asked(call *llm.Call) bool {
	v, _ := call.Body.Raw("logprobs")
	return string(v) == "true"
}

// finish is OpenAI's word for why a reply ended.
func (d *details) finish() string {
	if d != nil && d.Finish == "length" {
		return "length"
	}
	return "stop" // eos_token, stop_sequence
}

// usage is unknown without either count: servers differ in which they give.
func (d *details) usage() llm.Usage {
	if d.In <= 0 || d.Out <= 0 {
		return llm.Usage{}
	}
	return llm.Usage{Known: true, In: d.In, Out: d.Out}
}

// kept are the details that OpenAI has no words for, such as the seed or the
// other texts of best_of.
func kept(v json.RawMessage) raw.Object {
	o, err := raw.Parse(v)
	if err != nil {
		return raw.Object{}
	}
	if why, _ := o.Text("finish_reason"); why != "stop_sequence" {
		o = o.Without("finish_reason")
	}
	o = o.Without("generated_tokens", "input_length", "tokens", "top_tokens")
	for name, v := range o.All() {
		if s := string(v); s == "null" || s == "[]" {
			o = o.Without(name)
		}
	}
	return o
}

// logprobs are OpenAI's words for tokens, and for the likeliest at each place.
func logprobs(tokens []token, top [][]token) json.RawMessage {
	var all []raw.Object
	for i, t := range tokens {
		if t.Special {
			continue
		}
		others := []raw.Object{}
		if i < len(top) {
			for _, other := range top[i] {
				others = append(others, other.object())
			}
		}
		all = append(all, t.object().WithRaw("top_logprobs", raw.List(others)))
	}
	o := raw.Object{}.WithRaw("content", raw.List(all)).WithRaw("refusal", json.RawMessage("null"))
	return o.Bytes()
}

func (t token) object() raw.Object {
	if !chat.IsText(t.Text) {
		t.Text = json.RawMessage(`""`)
	}
	if len(t.Logprob) == 0 || string(t.Logprob) == "null" {
		t.Logprob = json.RawMessage("0")
	}
	return raw.Object{}.WithRaw("token", t.Text).WithRaw("logprob", t.Logprob).WithRaw("bytes", json.RawMessage("null"))
}
