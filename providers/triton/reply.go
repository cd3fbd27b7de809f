package triton

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var errNoText = errors.New("the answer has no text")

// answer reads a whole answer. Some backends give the text that was sent back
// before the model's; it is cut off.
func answer(call *llm.Call, body []byte) (chat.Head, []chat.Answer, llm.Usage, error) {
	var h chat.Head
	o, err := raw.Parse(body)
	if err != nil {
		return h, nil, llm.Usage{}, err
	}
	texts, err := outputs(o)
	if err != nil {
		return h, nil, llm.Usage{}, err
	}
	sent, _, err := prompt.Request(call.To, call.Body)
	if err != nil {
		return h, nil, llm.Usage{}, err
	}
	h.Model, _ = o.Text("model_name")
	all := make([]chat.Answer, len(texts))
	for i, text := range texts {
		all[i] = chat.Answer{Text: strings.TrimPrefix(text, sent), Finish: finish(o)}
	}
	all[0].Fields = others(o)
	return h, all, llm.Usage{}, nil
}

// outputs gives the texts: of generate, one or a list of them; of /infer, those
// of the tensor text_output, else of the first one, as one text.
func outputs(o raw.Object) ([]string, error) {
	if v, ok := o.Raw("text_output"); ok {
		return texts(v)
	}
	v, _ := o.Raw("outputs")
	var first json.RawMessage
	for _, item := range raw.Items(v) {
		t, err := raw.Parse(item)
		if err != nil {
			return nil, err
		}
		data, _ := t.Raw("data")
		name, _ := t.Text("name")
		if first == nil || name == "text_output" {
			first = data
		}
		if name == "text_output" {
			break
		}
	}
	all, err := texts(first)
	if err != nil {
		return nil, err
	}
	return []string{strings.Join(all, "")}, nil
}

func texts(v json.RawMessage) ([]string, error) {
	if chat.IsText(v) {
		v = append(append([]byte("["), v...), ']')
	}
	var all []string
	if err := json.Unmarshal(v, &all); err != nil || len(all) == 0 {
		return nil, errNoText
	}
	return all, nil
}

// finish is the reason, which the backend for vLLM gives when asked to; in a
// stream it is "None" until there is one.
// Source: https://github.com/triton-inference-server/vllm_backend/blob/main/docs/additional_outputs.md
func finish(o raw.Object) string {
	if word, _ := o.Text("finish_reason"); word == "length" {
		return word
	}
	return "stop"
}

// others is what an answer says that OpenAI has no word for.
func others(o raw.Object) raw.Object {
	rest := o.Without("text_output", "model_name", "finish_reason")
	v, _ := rest.Raw("outputs")
	n := 0
	for range raw.Items(v) {
		n++
	}
	if n == 1 {
		rest = rest.Without("outputs") // the text
	}
	return rest
}

// frames reads a stream of generate_stream, or the one answer of /infer.
func frames(r io.Reader) iter.Seq2[sse.Event, error] {
	in := bufio.NewReader(r)
	if first, _ := in.Peek(1); len(first) > 0 && first[0] == '{' {
		return wire.Whole(in)
	}
	return sse.Read(in)
}

// events translates a stream. It has no end of its own: the server ends its
// answer when the model is done, and says an error in an event. Members of an
// event that OpenAI has no word for are said when they change.
func events(call *llm.Call) chat.Reader {
	var last []byte
	return func(ev sse.Event, s *chat.Stream) error {
		o, err := raw.Parse(ev.Data)
		if err != nil {
			return err
		}
		switch {
		case o.Has("error"):
			return fail(call, &wire.Response{Status: 200, Body: ev.Data})
		case o.Has("outputs"):
			return chat.Answers(answer).Reader(call)(ev, s)
		}
		s.EndsWithAnswer()
		model, _ := o.Text("model_name")
		s.Start(chat.Head{Model: model})
		v, _ := o.Raw("text_output")
		all, err := texts(v)
		if err != nil {
			return err
		}
		for i, text := range all {
			s.Text(i, raw.Quote(text))
		}
		if rest := others(o); !bytes.Equal(rest.Bytes(), last) {
			s.Fields(0, rest)
			last = bytes.Clone(rest.Bytes())
		}
		if word, _ := o.Text("finish_reason"); word == "stop" || word == "length" {
			s.Finish(0, word)
		}
		return nil
	}
}
