package prompt

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Template puts fixed texts around those of a conversation. The zero Template
// runs them together.
//
// BOS stands at the start, and again before a system message that follows an
// assistant's; EOS stands after each message of an assistant.
type Template struct {
	Roles          map[string]Role // by role; a role that is not there has nothing around it
	Initial, Final string
	BOS, EOS       string
}

// Role is what stands before and after a message.
type Role struct{ Pre, Post string }

// ParseTemplate reads a template under LiteLLM's names: roles (an object of
// pre_message and post_message by role), initial_prompt_value,
// final_prompt_value, bos_token and eos_token. Other members are left alone.
//
// Source: https://docs.litellm.ai/docs/completion/prompt_formatting
func ParseTemplate(object []byte) (Template, error) {
	if err := raw.Strict(object); err != nil {
		return Template{}, err
	}
	o, err := raw.Parse(object)
	if err != nil {
		return Template{}, err
	}
	t := Template{Roles: map[string]Role{}}
	for name, to := range map[string]*string{
		"initial_prompt_value": &t.Initial, "final_prompt_value": &t.Final, "bos_token": &t.BOS, "eos_token": &t.EOS,
	} {
		if err := member(o, name, to); err != nil {
			return t, err
		}
	}
	if !o.Has("roles") {
		return t, nil
	}
	v, _ := o.Raw("roles")
	roles, err := raw.Parse(v)
	if err != nil {
		return t, fmt.Errorf("roles: %w", err)
	}
	for name, v := range roles.All() {
		marks, err := raw.Parse(v)
		if err != nil {
			return t, fmt.Errorf("roles: %s: %w", name, err)
		}
		var r Role
		if err := member(marks, "pre_message", &r.Pre); err != nil {
			return t, err
		}
		if err := member(marks, "post_message", &r.Post); err != nil {
			return t, err
		}
		t.Roles[name] = r
	}
	return t, nil
}

func member(o raw.Object, name string, to *string) error {
	if !o.Has(name) {
		return nil
	}
	v, _ := o.Raw(name)
	if err := json.Unmarshal(v, to); err != nil {
		return fmt.Errorf("%s: a text is needed", name)
	}
	return nil
}

// Prompt says a conversation as one text. It refuses calls of tools with an
// UnsupportedParamsError; a tool's result stands among the other texts.
func (t Template) Prompt(conversation []Message) (string, error) {
	var b strings.Builder
	b.WriteString(t.BOS + t.Initial)
	open := true // BOS was written, and no EOS since
	for _, m := range conversation {
		if len(m.Calls) > 0 {
			return "", unsupported("calls of tools")
		}
		if m.Role == "system" && !open {
			b.WriteString(t.BOS)
			open = true
		}
		around := t.Roles[m.Role]
		b.WriteString(around.Pre + m.Text + around.Post)
		if m.Role == "assistant" {
			b.WriteString(t.EOS)
			open = false
		}
	}
	b.WriteString(t.Final)
	return b.String(), nil
}

// closed is the template's format for a model that knows its roles and no
// other: what it has no words for is refused.
func (t Template) closed(conversation []Message) (string, error) {
	for _, m := range conversation {
		if _, ok := t.Roles[m.Role]; !ok {
			return "", unsupported("messages of role " + m.Role)
		}
	}
	return t.Prompt(conversation)
}
