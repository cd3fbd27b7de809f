package demo

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// maxEcho is how many characters of a question come back.
const maxEcho = 400

// answer is what the demo says: words, or a call of a tool.
type answer struct {
	tokens []string // of the text, or of the arguments
	tool   string   // the function to call; "" for a text
	finish string
}

// answer decides by the model's name and by what the request demands.
func (p *Provider) answer(call *llm.Call, r request) (answer, error) {
	last := r.messages[len(r.messages)-1]
	said, others := last.text()
	t, err := r.wants(call, last.Role)
	if err != nil {
		return answer{}, err
	}
	switch {
	case t != nil:
		arguments, err := instance(t.Function.Parameters, hint(said))
		if err != nil {
			return answer{}, refused(call, "tools", "the parameters of "+t.Function.Name+" are no JSON schema: "+err.Error())
		}
		return answer{tokens(arguments), t.Function.Name, "tool_calls"}, nil
	case last.Role == "tool":
		return r.cut("The tool answered: " + short(said) + " That is what I can tell you."), nil
	case r.format == "json_schema":
		text, err := instance(r.schema, hint(said))
		if err != nil {
			return answer{}, refused(call, "response_format", "json_schema holds no JSON schema: "+err.Error())
		}
		return r.cut(text), nil
	case r.format == "json_object", call.To.Model == "demo-json":
		b, _ := json.Marshal(map[string]string{"you_said": short(said)}) // strings always encode
		return r.cut(string(b)), nil
	}
	return r.cut(sentence(said, others)), nil
}

// wants is the tool that must be called now, nil when none must.
func (r *request) wants(call *llm.Call, role string) (*tool, error) {
	if r.named != "" {
		for i, t := range r.tools {
			if t.Function.Name == r.named {
				return &r.tools[i], nil
			}
		}
		return nil, refused(call, "tool_choice", "tool_choice names "+r.named+", which is none of the tools")
	}
	asked := r.choice == "required" || call.To.Model == "demo-tools" && r.choice != "none"
	if !asked || role == "tool" {
		return nil, nil
	}
	for i, t := range r.tools {
		if t.Type == "function" {
			return &r.tools[i], nil
		}
	}
	if r.choice == "required" {
		return nil, refused(call, "tool_choice", "tool_choice is required but there are no tools")
	}
	return nil, nil
}

func sentence(said string, others int) string {
	heard := `You said: "` + short(said) + `"`
	switch {
	case said == "" && others == 0:
		heard = "You said nothing at all"
	case others == 1:
		heard += " and sent 1 attachment"
	case others > 1:
		heard += fmt.Sprintf(" and sent %d attachments", others)
	}
	return heard + ". I am the demo model: I only repeat what I hear, but I need no key and no network."
}

func short(s string) string {
	r := []rune(s)
	if len(r) <= maxEcho {
		return s
	}
	return string(r[:maxEcho]) + "..."
}

// hint is a word of the question that may be what it is about: its last name,
// such as the place in "How is the weather in Paris?".
func hint(said string) string {
	words := strings.FieldsFunc(said, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
	for i := len(words) - 1; i > 0; i-- {
		if unicode.IsUpper([]rune(words[i])[0]) && words[i] != "I" {
			return words[i]
		}
	}
	return "example"
}

// cut applies stop and the limit of tokens.
func (r *request) cut(text string) answer {
	end := len(text)
	for _, s := range r.stop {
		if i := strings.Index(text, s); s != "" && i >= 0 && i < end {
			end = i
		}
	}
	a := answer{tokens: tokens(text[:end]), finish: "stop"}
	if r.limit > 0 && len(a.tokens) > r.limit {
		a.tokens, a.finish = a.tokens[:r.limit], "length"
	}
	return a
}

// tokens cuts a text into tokens, each with the white space before it.
func tokens(text string) []string {
	var all []string
	start, word := 0, false
	visible := false // the token that begins at start has a visible character
	for i, c := range text {
		part := unicode.IsLetter(c) || unicode.IsDigit(c)
		if visible && !(word && part) {
			all = append(all, text[start:i])
			start, visible = i, false
		}
		if !unicode.IsSpace(c) {
			visible = true
		}
		word = part
	}
	switch {
	case visible:
		all = append(all, text[start:])
	case len(all) > 0:
		all[len(all)-1] += text[start:] // white space at the end
	}
	return all
}
