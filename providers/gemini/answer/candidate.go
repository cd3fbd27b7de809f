package answer

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// candidate is one answer, or a piece of it in a stream, in the words of the
// kit. Texts are JSON strings.
type candidate struct {
	index      int
	texts      []json.RawMessage
	reasoning  []json.RawMessage
	thoughts   []raw.Object
	calls      []chat.ToolCall
	images     []raw.Object
	sound      string            // base64
	signatures []json.RawMessage // of texts
	parts      []raw.Object      // those that OpenAI has no word for
	members    []raw.Object      // of the others, likewise
	finish     string
	logprobs   json.RawMessage
	fields     raw.Object
	searches   int64
}

// readCandidate reads one. The first may leave out its index, which is 0.
func readCandidate(v json.RawMessage) (candidate, error) {
	c := candidate{}
	o, err := raw.Parse(v)
	if err != nil {
		return c, err
	}
	for name, v := range o.All() {
		switch name {
		case "content":
			err = c.content(v)
		case "index":
			err = json.Unmarshal(v, &c.index)
		case "finishReason":
			c.finished(o)
		case "finishMessage":
			c.fields = c.fields.WithRaw("finish_message", v)
		case "logprobsResult":
			c.logprobs, err = logprobs(v)
		case "groundingMetadata":
			c.listed("vertex_ai_grounding_metadata", v)
			c.searches = searches(v)
		default:
			if listed[name] != "" {
				c.listed(listed[name], v)
				continue
			}
			c.fields = c.fields.WithRaw(name, v)
		}
		if err != nil {
			return c, err
		}
	}
	if c.index < 0 || c.index > maxIndex {
		return c, errIndex
	}
	return c, nil
}

// maxIndex is far above what Gemini answers: candidateCount is at most 8.
const maxIndex = 127

// listed are the names that LiteLLM gives to what comes with an answer, and it
// makes lists of them.
var listed = map[string]string{
	"urlContextMetadata": "vertex_ai_url_context_metadata", "safetyRatings": "vertex_ai_safety_results",
	"citationMetadata": "vertex_ai_citation_metadata",
}

func (c *candidate) listed(name string, v json.RawMessage) {
	if len(v) == 0 || v[0] != '[' || name == "vertex_ai_safety_results" {
		v = append(append(json.RawMessage("["), v...), ']')
	}
	c.fields = c.fields.WithRaw(name, v)
}

// searches counts the queries that were made of the web.
func searches(v json.RawMessage) (n int64) {
	o, err := raw.Parse(v)
	if err != nil {
		return 0
	}
	queries, _ := o.Raw("webSearchQueries")
	for _, q := range raw.Items(queries) {
		if string(q) != `""` {
			n++
		}
	}
	return n
}

// finishes maps Gemini's reasons to OpenAI's. The others ended an answer that
// is no answer, such as a call that cannot be read: a caller finds them in
// finish_reason of provider_specific_fields.
// https://ai.google.dev/api/generate-content#FinishReason
var finishes = map[string]string{
	"STOP": "stop", "MAX_TOKENS": "length",
	"SAFETY": "content_filter", "RECITATION": "content_filter", "LANGUAGE": "content_filter", "OTHER": "content_filter",
	"BLOCKLIST": "content_filter", "PROHIBITED_CONTENT": "content_filter", "SPII": "content_filter",
	"IMAGE_SAFETY": "content_filter", "IMAGE_PROHIBITED_CONTENT": "content_filter", "IMAGE_RECITATION": "content_filter",
	"MODEL_ARMOR": "content_filter",
}

func (c *candidate) finished(o raw.Object) {
	reason, _ := o.Text("finishReason")
	if reason == "" || reason == "FINISH_REASON_UNSPECIFIED" {
		return
	}
	if c.finish = finishes[reason]; c.finish == "" {
		c.finish = "stop"
	}
	if reason != "STOP" && reason != "MAX_TOKENS" {
		c.fields = c.fields.WithText("finish_reason", reason)
	}
}

func (c *candidate) content(v json.RawMessage) error {
	o, err := raw.Parse(v)
	if err != nil {
		return err
	}
	parts, _ := o.Raw("parts")
	for _, v := range raw.Items(parts) {
		p, err := raw.Parse(v)
		if err != nil {
			return err
		}
		if !c.part(p) {
			c.parts = append(c.parts, p)
		} else if more := p.Without(known...); more.Len() > 0 {
			c.members = append(c.members, more)
		}
	}
	return nil
}

// known are the members of a part that part reads.
var known = []string{"text", "thought", "thoughtSignature", "functionCall", "inlineData"}

// part reads a part, if OpenAI has a word for it.
func (c *candidate) part(p raw.Object) bool {
	signature, signed := p.Raw("thoughtSignature")
	thought, _ := p.Raw("thought")
	text, isText := p.Raw("text")
	switch {
	case isText && !chat.IsText(text):
		return false
	case isText && string(thought) == "true":
		c.reasoning = append(c.reasoning, text)
		block := chat.Typed("thinking").WithRaw("thinking", text)
		if signed {
			block = block.WithRaw("signature", signature)
		}
		c.thoughts = append(c.thoughts, block)
	case isText:
		c.texts = append(c.texts, text)
		if signed {
			c.signatures = append(c.signatures, signature)
		}
	case p.Has("functionCall"):
		return c.call(p)
	case p.Has("inlineData"):
		return c.data(p)
	default:
		return p.Len() == 0
	}
	return true
}

func (c *candidate) call(p raw.Object) bool {
	f := chat.Member(p, "functionCall")
	call := chat.ToolCall{Arguments: json.RawMessage("{}")}
	if call.Name, _ = f.Text("name"); call.Name == "" || f.Has("partialArgs") || f.Has("willContinue") {
		return false
	}
	call.ID, _ = f.Text("id")
	if v, ok := f.Raw("args"); ok && len(v) > 0 && v[0] == '{' {
		call.Arguments = v
	}
	if s, ok := p.Raw("thoughtSignature"); ok {
		call.Fields = raw.Object{}.WithRaw("thought_signature", s)
	}
	c.calls = append(c.calls, call)
	return true
}

// data reads a picture, or speech if it is the first.
func (c *candidate) data(p raw.Object) bool {
	o := chat.Member(p, "inlineData")
	kind, _ := o.Text("mimeType")
	data, _ := o.Text("data")
	switch {
	case strings.HasPrefix(kind, "audio/") && c.sound == "":
		c.sound = data
		return true
	case !strings.HasPrefix(kind, "image/"):
		return false
	}
	at := raw.Object{}.WithText("url", "data:"+kind+";base64,"+data).WithText("detail", "auto")
	image := chat.Typed("image_url").WithRaw("image_url", at.Bytes())
	image = chat.Number(image, "index", int64(len(c.images)))
	if s, ok := p.Raw("thoughtSignature"); ok {
		image = image.WithRaw("provider_specific_fields", raw.Object{}.WithRaw("thought_signature", s).Bytes())
	}
	c.images = append(c.images, image)
	return true
}

// all are the provider_specific_fields.
func (c *candidate) all() raw.Object {
	o := c.fields
	if len(c.signatures) > 0 {
		list, _ := json.Marshal(c.signatures) // of JSON that was parsed
		o = o.WithRaw("thought_signatures", list)
	}
	if len(c.parts) > 0 {
		o = o.WithRaw("parts", raw.List(c.parts))
	}
	if len(c.members) > 0 {
		o = o.WithRaw("part_members", raw.List(c.members))
	}
	return o
}
