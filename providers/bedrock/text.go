package bedrock

import (
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/bedrock/answer"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

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
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) { return answer.Decode(c, r, thinks(c), now) },
		Events: chat.Events(now, func(c *llm.Call) chat.Reader { return answer.Reader(thinks(c)) }),
	}
}

// thinks reports whether a model says its reasoning as a part of the text.
func thinks(call *llm.Call) bool { return modelOf(call.To).is("deepseek") }

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
	said, err := prompt.Text(&to, conversation)
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
