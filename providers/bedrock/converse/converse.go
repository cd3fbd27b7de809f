// Package converse is Converse, Bedrock's one format for the models of every
// maker. What all of them have is said in Converse's words; what a caller wrote
// for Converse itself (guardrailConfig, performanceConfig...) is passed on, and
// whatever else for the model. Schemas, arguments and texts keep their bytes.
//
// Where a request goes, who may send it and how its errors and streams are
// framed is bedrock's to know.
//
// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
package converse

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/bedrock/converse/answer"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Codec returns the format, but for its paths and frames. Events wants each
// event's type as its name, and none that is an exception.
func Codec(now func() time.Time) wire.Codec {
	return wire.Codec{
		Fetch:  chat.Remote,
		Encode: encode,
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) { return answer.Decode(c, r, byTool(c), now) },
		Events: chat.Events(now, func(c *llm.Call) chat.Reader { return answer.Reader(byTool(c)) }),
	}
}

// request is a translation under way.
type request struct {
	*chat.Request
	model model
	out   raw.Object
	infer raw.Object // inferenceConfig
	shelf raw.Shelf
	// config is the outputConfig, and more the additionalModelRequestFields:
	// the model's own words.
	config, more raw.Object
	tools        []raw.Object
	// choice is the toolChoice, and answer the tool by which a model without
	// schemas of its own answers in one.
	choice, answer raw.Object
	called         []string       // the tools that the history has calls of
	names          map[string]int // of documents, how often each was used
}

func encode(call *llm.Call) (*wire.Request, error) {
	r := &request{Request: chat.Read(call), model: modelOf(call), names: map[string]int{}}
	for _, step := range []func() error{
		r.conversation, r.thinking, r.format, r.toolConfig, r.sampling, r.tier, r.rest,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return &wire.Request{Body: r.out.Bytes()}, nil
}

// sampling translates what Converse has a word for with every model. stop may
// not be empty; top_k belongs to the model.
func (r *request) sampling() error {
	v, err := r.Limit()
	if err != nil {
		return err
	}
	if v != nil {
		r.infer = r.infer.WithRaw("maxTokens", v)
	}
	r.infer = r.Move(r.infer, "temperature", "temperature")
	r.infer = r.Move(r.infer, "top_p", "topP")
	if stop, err := r.Stop(); err != nil {
		return err
	} else if stop != nil && string(stop) != `[""]` {
		r.infer = r.infer.WithRaw("stopSequences", stop)
	}
	if k, ok, err := r.Take("top_k"); err != nil {
		return err
	} else if ok && r.model.nova() {
		// https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
		r.more = r.more.WithRaw("inferenceConfig", raw.Object{}.WithRaw("topK", k).Bytes())
	} else if ok {
		r.more = r.more.WithRaw("top_k", k)
	}
	return nil
}

// tier translates service_tier. AWS's default is what OpenAI calls auto.
func (r *request) tier() error {
	if _, _, err := r.Take("service_tier"); err != nil {
		return err
	}
	if word, _ := r.In.Text("service_tier"); word != "" && word != "auto" {
		r.out = r.out.WithRaw("serviceTier", chat.Typed(word).Bytes())
	}
	return nil
}

// own are the members of Converse's request that a caller may write themselves.
// What else they write belongs to the model.
var own = []string{
	"guardrailConfig", "performanceConfig", "serviceTier", "requestMetadata", "promptVariables",
	"additionalModelResponseFieldPaths",
}

// rest puts the request together with what the caller wrote in AWS's words.
func (r *request) rest() error {
	r.out = r.Move(r.out, "metadata", "requestMetadata")
	for _, name := range own {
		r.out = r.Move(r.out, name, name)
	}
	parts := []struct {
		name string
		o    *raw.Object
	}{{"inferenceConfig", &r.infer}, {"outputConfig", &r.config}, {"additionalModelRequestFields", &r.more}}
	for _, part := range parts {
		v, ok, err := r.Take(part.name)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		o, err := chat.Parse(part.name, v)
		if err != nil {
			return err
		}
		*part.o = part.o.Merged(o)
	}
	r.Neutral()
	rest, err := r.Rest()
	if err != nil {
		return err
	}
	r.more = r.more.Merged(rest)
	native, _ := r.more.Raw("tools")
	if all := Betas(r.Call, native); all != nil && r.model.claude() && !r.more.Has("anthropic_beta") {
		r.more = r.more.WithRaw("anthropic_beta", all)
	}
	for _, part := range parts {
		if part.o.Len() > 0 {
			r.out = r.out.WithRaw(part.name, part.o.Bytes())
		}
	}
	return nil
}

// Betas is the list of what Anthropic calls betas: those in its header, and
// those that its own tools need. Nil when there are none.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
func Betas(call *llm.Call, tools json.RawMessage) json.RawMessage {
	var all []string
	for _, h := range []http.Header{call.To.Headers, call.Options.ExtraHeaders} {
		for _, line := range h.Values("Anthropic-Beta") {
			for word := range strings.SplitSeq(line, ",") {
				all = append(all, strings.TrimSpace(word))
			}
		}
	}
	for _, item := range raw.Items(tools) {
		o, _ := raw.Parse(item) // tools have been read once
		kind, _ := o.Text("type")
		if date, ok := strings.CutPrefix(kind, "computer_"); ok && len(date) == 8 {
			all = append(all, "computer-use-"+date[:4]+"-"+date[4:6]+"-"+date[6:])
		}
	}
	if len(all) == 0 {
		return nil
	}
	list, _ := json.Marshal(all) // texts always encode
	return list
}
