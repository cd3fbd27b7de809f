package gemini

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// turns collects what becomes contents. Neighbours of the same role in
// OpenAI's words become one; results of parallel calls have to.
type turns struct {
	chat.Turns
	names map[string]string // of the functions called, by the id of the call
}

func (t *turns) add(role string, parts ...raw.Object) {
	t.By(role)
	t.Said = append(t.Said, parts...)
}

// contents are the turns in Gemini's words: whoever is not the model is the
// user.
func (t *turns) contents() []raw.Object {
	var all []raw.Object
	for role, parts := range t.Each() {
		who := "user"
		if role == "assistant" {
			who = "model"
		}
		all = append(all, raw.Object{}.WithText("role", who).WithList("parts", parts))
	}
	return all
}

func (r *request) conversation() error {
	all, err := r.Messages()
	if err != nil {
		return err
	}
	system, rest := chat.System(all)
	instructions, err := r.instructions(system)
	if err != nil {
		return err
	}
	t := &turns{Turns: chat.Room(len(rest)), names: map[string]string{}}
	if len(rest) == 0 || !r.model.Instructed() { // there must be something to answer
		t.add("user", instructions...)
		instructions = nil
	}
	for i := range rest {
		if err := r.turn(t, &rest[i]); err != nil {
			return err
		}
	}
	r.out = r.out.WithList("contents", t.contents())
	if len(instructions) > 0 {
		o := raw.Object{}.WithText("role", "user").WithRaw("parts", raw.List(instructions))
		r.out = r.out.WithRaw("systemInstruction", o.Bytes())
	}
	return nil
}

// instructions are what the system says.
func (r *request) instructions(system []chat.Message) ([]raw.Object, error) {
	var parts []raw.Object
	for i := range system {
		var err error
		if parts, err = r.parts(parts, &system[i]); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

func (r *request) turn(t *turns, m *chat.Message) error {
	switch m.Role {
	case "assistant":
		parts, err := r.assistant(t, m)
		t.add("assistant", parts...)
		return err
	case "tool":
		parts, err := r.result(t, m)
		t.add("tool", parts...)
		return err
	}
	t.By("user")
	before := len(t.Said)
	var err error
	if t.Said, err = r.parts(t.Said, m); len(t.Said) == before {
		t.Said = append(t.Said, raw.Object{}.WithText("text", "")) // the vendor will say what is wrong with it
	}
	return err
}

// assistant is a turn of the model, with the signatures that Gemini gave it.
func (r *request) assistant(t *turns, m *chat.Message) ([]raw.Object, error) {
	parts := thoughts(m)
	fields := chat.Member(m.Whole, "provider_specific_fields")
	own, _ := fields.Raw("parts")
	for _, v := range raw.Items(own) {
		o, err := chat.Parse("messages", v)
		if err != nil {
			return nil, err
		}
		parts = append(parts, o)
	}
	said, err := r.parts(nil, m)
	if err != nil {
		return nil, err
	}
	signatures, _ := fields.Raw("thought_signatures")
	for _, v := range raw.Items(signatures) {
		if len(said) == 0 {
			said = []raw.Object{raw.Object{}.WithText("text", "")}
		}
		said[0] = said[0].WithRaw("thoughtSignature", v)
		break
	}
	pictures, err := r.pictures(m)
	if err != nil {
		return nil, err
	}
	parts = append(append(parts, said...), pictures...)
	for i := range m.Calls {
		parts = append(parts, r.call(t, &m.Calls[i], i == 0))
	}
	return parts, nil
}

// thoughts gives back what the model thought.
func thoughts(m *chat.Message) []raw.Object {
	var parts []raw.Object
	for _, block := range m.Thoughts {
		if kind, _ := block.Text("type"); kind != "thinking" {
			continue // redacted ones are another vendor's
		}
		text, _ := block.Raw("thinking")
		p := raw.Object{}.WithRaw("text", text).WithRaw("thought", json.RawMessage("true"))
		if v, _ := block.Raw("signature"); block.Has("signature") {
			p = p.WithRaw("thoughtSignature", v)
		}
		parts = append(parts, p)
	}
	if len(m.Thoughts) == 0 && m.Reasoning != "" {
		parts = append(parts, raw.Object{}.WithText("text", m.Reasoning).WithRaw("thought", json.RawMessage("true")))
	}
	return parts
}

// unsigned stands for a signature that a call of another model or a lost one
// lacks; Gemini 3 refuses a call without any. Base64 of
// skip_thought_signature_validator.
// https://ai.google.dev/gemini-api/docs/thought-signatures#faqs
const unsigned = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="

// call is a call the model made. Of parallel calls the first is signed.
func (r *request) call(t *turns, c *chat.ToolCall, first bool) raw.Object {
	id, signature, _ := strings.Cut(c.ID, inID)
	t.names[c.ID] = c.Name
	f := raw.Object{}
	if id != "" {
		f = f.WithText("id", id)
	}
	f = f.WithText("name", c.Name).WithRaw("args", c.Arguments)
	if s := signatureOf(c.Whole); s != "" {
		signature = s
	}
	if signature == "" && first && r.model.Third() {
		signature = unsigned
	}
	o := raw.Object{}.WithRaw("functionCall", f.Bytes())
	if signature != "" {
		o = o.WithText("thoughtSignature", signature)
	}
	return o
}

// inID separates a call's id from its signature in the ids that LiteLLM makes.
const inID = "__thought__"

// signatureOf finds a tool call's signature where LiteLLM and Google's own
// OpenAI-compatible API put it.
func signatureOf(call raw.Object) string {
	for _, in := range []raw.Object{
		chat.Member(call, "provider_specific_fields"),
		chat.Member(chat.Member(call, "function"), "provider_specific_fields"),
		chat.Member(chat.Member(call, "extra_content"), "google"),
	} {
		if s, _ := in.Text("thought_signature"); s != "" {
			return s
		}
	}
	return ""
}
