// Package answer reads what the models say that take one text and give one, each
// family in its own words, and gives it in OpenAI's.
//
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
package answer

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var errNoText = errors.New("the answer has no text")

// passage is what these models say, whole or in pieces: each family has its own
// names, none means something else in another.
type passage struct {
	Text       *string         `json:"text"`       // Cohere's, Mistral's, DeepSeek's
	Generation *string         `json:"generation"` // Meta's
	Output     *string         `json:"outputText"` // Titan's
	Stop       string          `json:"stop_reason"`
	Finish     string          `json:"finish_reason"`
	Completion string          `json:"completionReason"`
	Results    []passage       `json:"results"`
	Outputs    []passage       `json:"outputs"`
	Written    []passage       `json:"generations"`
	Choices    []passage       `json:"choices"`
	Metrics    json.RawMessage `json:"amazon-bedrock-invocationMetrics"`
}

// said gives the text and why it ended, "" for not yet, and whether there was a
// text at all.
func (p *passage) said() (text, stop string, ok bool) {
	for _, list := range [][]passage{p.Results, p.Outputs, p.Written, p.Choices} {
		if len(list) > 0 {
			return list[0].said()
		}
	}
	for _, s := range []*string{p.Text, p.Generation, p.Output} {
		if s != nil {
			text, ok = *s, true
		}
	}
	return text, p.Stop + p.Finish + p.Completion, ok
}

// ended is why a text ended, in OpenAI's words.
func ended(stop string) string {
	switch stop {
	case "length", "LENGTH", "max_tokens", "MAX_TOKENS":
		return "length"
	case "CONTENT_FILTERED", "ERROR_TOXIC", "RAG_QUERY_WHEN_RAG_DISABLED":
		return "content_filter"
	}
	return "stop"
}

// Decode reads a whole answer. thinks says that its text begins with the model's
// reasoning; now stamps the reply, which AWS does not.
func Decode(call *llm.Call, r *wire.Response, thinks bool, now func() time.Time) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	var p passage
	if err := json.Unmarshal(r.Body, &p); err != nil {
		return nil, err
	}
	text, stop, ok := p.said()
	if !ok {
		return nil, errNoText
	}
	t := thinker{done: !thinks}
	reasoning, words := t.part(text)
	a := chat.Answer{Text: words, Reasoning: reasoning + t.rest(), Finish: ended(stop)}
	a.Fields = body.Without("generation", "stop_reason", "prompt_token_count", "generation_token_count",
		"results", "inputTextTokenCount", "outputs", "generations", "choices", "prompt", "usage")
	return chat.Reply(call, now, chat.Head{}, []chat.Answer{a}, counted(r.Header)), nil
}

// counted reads the counts that InvokeModel gives of every model.
func counted(h http.Header) llm.Usage {
	in, err := strconv.ParseInt(h.Get("X-Amzn-Bedrock-Input-Token-Count"), 10, 64)
	out, fault := strconv.ParseInt(h.Get("X-Amzn-Bedrock-Output-Token-Count"), 10, 64)
	return llm.Usage{Known: err == nil && fault == nil, In: in, Out: out}
}

// Reader reads a stream. thinks is as for Decode.
func Reader(thinks bool) chat.Reader {
	t := thinker{done: !thinks}
	return func(ev sse.Event, s *chat.Stream) error {
		var p passage
		if err := json.Unmarshal(ev.Data, &p); err != nil {
			return err
		}
		text, stop, _ := p.said()
		reasoning, words := t.part(text)
		if stop != "" {
			reasoning += t.rest()
		}
		s.Reasoning(0, raw.Quote(reasoning))
		s.Text(0, raw.Quote(words))
		if stop != "" {
			s.Finish(0, ended(stop))
		}
		if p.Metrics != nil {
			in, out := Measured(p.Metrics)
			s.Usage(llm.Usage{Known: true, In: in, Out: out})
		}
		return nil
	}
}

// Metrics is the member of a stream's last chunk that counts, and Measured
// reads it.
const Metrics = "amazon-bedrock-invocationMetrics"

// Measured gives the tokens read and written; none where they are not said.
func Measured(v json.RawMessage) (in, out int64) {
	var m struct {
		In  int64 `json:"inputTokenCount"`
		Out int64 `json:"outputTokenCount"`
	}
	if json.Unmarshal(v, &m) != nil {
		return 0, 0
	}
	return m.In, m.Out
}
