package bedrock

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
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var errNoText = errors.New("the answer has no text")

// style is the request of a family of models that take one text: their words
// for it, for max_tokens, top_p and stop, and the member that the last three
// are in. "" where a family has none.
type style struct{ prompt, limit, topP, stop, within string }

// styleOf finds a model's style; false when it takes a conversation.
// Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html
// and its neighbours, model-parameters-meta, -mistral-text-completion,
// -cohere-command and -deepseek.
func styleOf(m model) (style, bool) {
	switch {
	case m.is("titan-text"):
		return style{"inputText", "maxTokenCount", "topP", "stopSequences", "textGenerationConfig"}, true
	case m.is("meta.") || m.is("llama"):
		return style{"prompt", "max_gen_len", "top_p", "", ""}, true
	case m.is("mistral-7b"), m.is("mixtral"), m.is("mistral-small-24"), m.is("mistral-large-2402"):
		return style{"prompt", "max_tokens", "top_p", "stop", ""}, true
	case m.is("cohere.command-text"), m.is("cohere.command-light"):
		return style{"prompt", "max_tokens", "p", "stop_sequences", ""}, true
	case m.is("deepseek.r1"), m.is("deepseek_r1"):
		return style{"prompt", "max_tokens", "top_p", "stop", ""}, true
	}
	return style{}, false
}

// text is the format of models that take one text and give one.
func text(now func() time.Time) wire.Codec {
	return wire.Codec{
		Fetch:  func(*llm.Call) []string { return nil },
		Encode: encodeText,
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) { return decodeText(c, r, now) },
		Events: chat.Events(now, readText),
	}
}

func encodeText(call *llm.Call) (*wire.Request, error) {
	m := modelOf(call.To)
	words, _ := styleOf(m)
	r := chat.Read(call)
	v, _, err := r.Take("messages")
	if err != nil {
		return nil, err
	}
	conversation, err := prompt.Read(v)
	if err != nil {
		return nil, err
	}
	to := *call.To
	to.Model = m.name
	said, err := prompt.Set{}.Text(&to, conversation)
	if err != nil {
		return nil, err
	}
	limit, err := r.Limit()
	if err != nil {
		return nil, err
	}
	var with raw.Object
	if limit != nil {
		with = with.WithRaw(words.limit, limit)
	}
	with = r.Move(r.Move(with, "temperature", "temperature"), "top_p", words.topP)
	if words.stop != "" {
		stop, err := r.Stop()
		if err != nil {
			return nil, err
		}
		if stop != nil {
			with = with.WithRaw(words.stop, stop)
		}
	}
	r.Neutral()
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	body := raw.Object{}.WithText(words.prompt, said)
	if words.within != "" && with.Len() > 0 {
		with = raw.Object{}.WithRaw(words.within, with.Bytes())
	}
	return &wire.Request{Body: body.Merged(with).Merged(rest).Bytes()}, nil
}

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

func decodeText(call *llm.Call, r *wire.Response, now func() time.Time) (*llm.Reply, error) {
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
	var t thinker
	reasoning, words := t.part(call, text)
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

func readText(call *llm.Call) chat.Reader {
	var t thinker
	return func(ev sse.Event, s *chat.Stream) error {
		var p passage
		if err := json.Unmarshal(ev.Data, &p); err != nil {
			return err
		}
		text, stop, _ := p.said()
		reasoning, words := t.part(call, text)
		if stop != "" {
			reasoning += t.rest()
		}
		s.Reasoning(0, raw.Quote(reasoning))
		s.Text(0, raw.Quote(words))
		if stop != "" {
			s.Finish(0, ended(stop))
		}
		if p.Metrics != nil {
			in, out := measured(p.Metrics)
			s.Usage(llm.Usage{Known: true, In: in, Out: out})
		}
		return nil
	}
}
