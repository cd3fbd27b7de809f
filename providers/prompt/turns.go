package prompt

import (
	"slices"
	"strings"
	"unicode"
)

// The formats that look at more than one message at a time, or into its text.

// joined gives the texts alone, for models that were not trained on marks.
func joined(by string) Format {
	return func(conversation []Message) (string, error) {
		texts := make([]string, len(conversation))
		for i, m := range conversation {
			if len(m.Calls) > 0 {
				return "", unsupported("calls of tools")
			}
			texts[i] = m.Text
		}
		return strings.Join(texts, by), nil
	}
}

// named puts each role's name before its texts.
func named(conversation []Message) (string, error) {
	lines := slices.Clone(conversation)
	for i, m := range lines {
		lines[i].Text = m.Role + ": " + m.Text
	}
	text, err := joined("\n")(lines)
	return strings.TrimFunc(text, isSpace), err
}

func falconInstruct(conversation []Message) (string, error) {
	lines := slices.Clone(conversation)
	for i, m := range lines {
		if m.Role != "system" {
			lines[i].Text = m.Role + ":" + strings.ReplaceAll(strings.ReplaceAll(m.Text, "\r\n", "\n"), "\n\n", "\n") + "\n\n"
		}
	}
	return joined("")(lines)
}

func cohereCommand(conversation []Message) (string, error) {
	turns := Template{Roles: map[string]Role{"system": {Post: "\n\n"}, "user": {Post: "\n\n"}, "assistant": {Post: "\n\n"}}}
	said := slices.DeleteFunc(slices.Clone(conversation), func(m Message) bool { return m.Text == "" && len(m.Calls) == 0 })
	text, err := turns.closed(said)
	return strings.TrimRightFunc(text, isSpace), err
}

func granite(conversation []Message) (string, error) {
	text, err := Template{Roles: map[string]Role{
		"system":    {"<|system|>\n", "\n"},
		"user":      {"<|user|>\n", "\n<|assistant|>\n"},
		"assistant": {"", "\n"},
	}}.Prompt(conversation)
	return strings.TrimFunc(text, isSpace), err
}

// luminousControl calls the first message the instruction, whoever it is from.
func luminousControl(conversation []Message) (string, error) {
	first := slices.Clone(conversation)
	if len(first) > 0 && first[0].Role != "tool" {
		first[0].Role = "system"
	}
	return Template{Roles: map[string]Role{
		"system": {Pre: "###Instruction: "}, "user": {Pre: "###Input: "}, "assistant": {Pre: "###Response: "},
	}}.closed(first)
}

// humanAndAI is the format of Claude 2 and of those made after it: the human
// comes first, and the last word is the AI's, unless the caller gave it one to
// go on from.
func humanAndAI(human, ai string) Format {
	human, ai = "\n\n"+human+": ", "\n\n"+ai+": "
	turns := Template{Roles: map[string]Role{"system": {human + "<admin>", "</admin>"}, "user": {Pre: human}, "assistant": {Pre: ai}}}
	return func(conversation []Message) (string, error) {
		t := turns
		if len(conversation) > 0 && conversation[0].Role == "assistant" {
			t.Initial = human
		}
		return t.answered(conversation, ai)
	}
}

// claude21 lets the system speak first, without a mark, if a human comes next.
func claude21(conversation []Message) (string, error) {
	const human, ai = "\n\nHuman: ", "\n\nAssistant: "
	var turns []Message
	for i, m := range conversation {
		if i > 0 && m.Role == "assistant" && conversation[i-1].Role == "system" {
			turns = append(turns, Message{Role: "user"})
		}
		turns = append(turns, m)
	}
	t := Template{Roles: map[string]Role{"system": {}, "user": {Pre: human}, "assistant": {Pre: ai}}}
	return t.answered(turns, ai)
}

// answered ends with the mark of the AI's turn, unless the last one is its.
func (t Template) answered(conversation []Message, ai string) (string, error) {
	if n := len(conversation); n == 0 || conversation[n-1].Role != "assistant" {
		t.Final = ai
	}
	return t.closed(conversation)
}

// deepseekR1 puts what the system says in front, wherever it stands, and leaves
// out what the model thought before.
func deepseekR1(conversation []Message) (string, error) {
	const thought = "</think>"
	var system []string
	var turns []Message
	for _, m := range conversation {
		switch m.Role {
		case "system":
			system = append(system, m.Text)
			continue
		case "assistant":
			if i := strings.LastIndex(m.Text, thought); i >= 0 {
				m.Text = m.Text[i+len(thought):]
			}
		}
		turns = append(turns, m)
	}
	return Template{
		Initial: "<｜begin▁of▁sentence｜>" + strings.Join(system, "\n\n"), Final: "<｜Assistant｜><think>\n",
		Roles: map[string]Role{"user": {Pre: "<｜User｜>"}, "assistant": {"<｜Assistant｜>", "<｜end▁of▁sentence｜>"}},
	}.closed(turns)
}

// folded puts what the system says at the head of the user's next message, for
// formats without a system message. If none follows, it is a message of its own.
func folded(conversation []Message) []Message {
	var turns []Message
	var system []string
	for _, m := range conversation {
		switch m.Role {
		case "system":
			system = append(system, m.Text)
			continue
		case "user":
			m.Text = strings.Join(append(system, m.Text), "\n\n")
			system = nil
		}
		turns = append(turns, m)
	}
	if system != nil {
		turns = append(turns, Message{Role: "user", Text: strings.Join(system, "\n\n")})
	}
	return turns
}

func trimmed(conversation []Message) []Message {
	turns := slices.Clone(conversation)
	for i := range turns {
		turns[i].Text = strings.TrimFunc(turns[i].Text, isSpace)
	}
	return turns
}

// isSpace reports whether Python's strip removes the character.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }
