package prompt

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// ask is what LiteLLM tells a model without tools of its own about the
// functions that follow. Models answer in the form it shows, and whoever reads
// the answer looks for that form.
const ask = `Produce JSON OUTPUT ONLY! Adhere to this format {"name": "function_name", "arguments":{"argument_name": "argument_value"}} The following functions are available to you:`

// AddFunctions tells the model of functions in the conversation's text: it is
// LiteLLM's add_function_to_prompt. Functions is the list in a request's tools,
// or its older functions. The first system message gets the list added; without
// one, one is added at the end. Each function is written in Python's notation,
// as LiteLLM writes it. Errors are BadRequestErrors of llm.Error.
func AddFunctions(conversation []Message, functions json.RawMessage) ([]Message, error) {
	if err := raw.Strict(functions); err != nil {
		return nil, invalid("tools: %v", err)
	}
	var list []json.RawMessage
	if err := json.Unmarshal(functions, &list); err != nil || list == nil {
		return nil, invalid("tools must be a list")
	}
	var b strings.Builder
	b.WriteString(ask)
	for _, f := range list {
		b.WriteString("\n" + python().of(f) + "\n")
	}
	told := slices.Clone(conversation)
	if i := slices.IndexFunc(told, func(m Message) bool { return m.Role == "system" }); i >= 0 {
		told[i].Text += " " + b.String()
		return told, nil
	}
	return append(told, Message{Role: "system", Text: b.String()}), nil
}

// ollama runs together what one side says in a row, and shows calls of tools as
// JSON. The model's own template is put around it by the server.
func ollama(conversation []Message) (string, error) {
	headings := map[string]string{"user": "User", "tool": "User", "system": "System", "assistant": "Assistant"}
	var b, turn strings.Builder
	for i, m := range conversation {
		turn.WriteString(m.Text)
		if len(m.Calls) > 0 {
			calls, err := json.Marshal(listed(m.Calls))
			if err != nil {
				return "", invalid("tool_calls: %v", err)
			}
			if depth(calls) > maxDepth {
				return "", invalid("the arguments of a tool call are nested deeper than %d levels", maxDepth-3)
			}
			turn.WriteString("Tool Calls: " + pythonJSON().of(calls))
		}
		heading := headings[m.Role]
		isLast := i == len(conversation)-1 || headings[conversation[i+1].Role] != heading
		if isLast && turn.Len() > 0 {
			b.WriteString("### " + heading + ":\n" + turn.String() + "\n\n")
		}
		if isLast {
			turn.Reset()
		}
	}
	return b.String(), nil
}

// listedCall is a call as it is shown to ollama's models.
type listedCall struct {
	ID       string         `json:"id"`
	Type     string         `json:"type"`
	Function listedFunction `json:"function"`
}

type listedFunction struct {
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
}

func listed(calls []Call) []listedCall {
	all := make([]listedCall, len(calls))
	for i, c := range calls {
		all[i] = listedCall{c.ID, "function", listedFunction{c.Name, json.RawMessage(c.Arguments)}}
	}
	return all
}

// chatML shows calls of tools, and gives their results in the user's turn, the
// way Qwen and Hermes were trained on it.
func chatML(conversation []Message) (string, error) {
	const start, end = "<|im_start|>", "<|im_end|>\n"
	var b strings.Builder
	for i, m := range conversation {
		if m.Role == "tool" {
			if i == 0 || conversation[i-1].Role != "tool" {
				b.WriteString(start + "user")
			}
			b.WriteString("\n<tool_response>\n" + m.Text + "\n</tool_response>")
			if i == len(conversation)-1 || conversation[i+1].Role != "tool" {
				b.WriteString(end)
			}
			continue
		}
		b.WriteString(start + m.Role)
		if m.Text != "" || len(m.Calls) == 0 {
			b.WriteString("\n" + m.Text)
		}
		for _, c := range m.Calls {
			b.WriteString("\n<tool_call>\n{\"name\": " + quoteJSON(c.Name) + ", \"arguments\": " + c.Arguments + "}\n</tool_call>")
		}
		b.WriteString(end)
	}
	return b.String() + start + "assistant\n", nil
}
