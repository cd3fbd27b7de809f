package tokens

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// What OpenAI adds around the parts of a request, in tokens, as measured by
// litellm/litellm_core_utils/token_counter.py.
const (
	perMessage = 3 // <|start|>role and <|end|>
	perName    = 1
	priming    = 3 // every reply begins with <|start|>assistant<|message|>

	perTools         = 9  // once, around all definitions
	toolsWithSystem  = -4 // less if there is a system message
	choiceNone       = 1
	choiceOfFunction = 7 // and the function's name
)

// Counter counts chat requests in OpenAI's form, as litellm.token_counter does
// with the arguments of the same names. Set Model; all else has a useful zero.
type Counter struct {
	// Model says which encoding counts, as for Count.
	Model string
	// Tokenizer counts instead of the model's own encoding (LiteLLM's
	// custom_tokenizer).
	Tokenizer Encoder
	// CountResponseTokens says that the messages are an answer: the priming of
	// a reply, tools and the tool choice are not counted.
	CountResponseTokens bool
	// UseDefaultImageTokenCount counts every image as DefaultImageTokens.
	UseDefaultImageTokenCount bool
	// DefaultTokenCount is what a list of content parts counts that cannot be
	// read. Nil makes that an error.
	DefaultTokenCount *int
}

// CountMessages counts a JSON array of chat messages for a model, with the three
// tokens that prime the reply. Errors are those of Counter.Messages.
func CountMessages(model string, messages []byte) (int, error) {
	return Counter{Model: model}.Messages(messages, nil, nil)
}

// OpenAITokenCounter returns a counter that has OpenAI's encodings and no factor
// for other families: a model that is not OpenAI's counts as cl100k_base.
func OpenAITokenCounter(model string) Counter {
	return Counter{Model: model, Tokenizer: EncodingFor(model)}
}

// Text counts texts as if they were one.
func (c Counter) Text(texts ...string) int { return c.counting()(strings.Join(texts, "")) }

// Messages counts a request: the JSON array "messages", and "tools" and
// "tool_choice" as they stand beside it, nil without. It fails for what is not
// JSON, has a duplicate member or is not formed as OpenAI's (and, in content,
// Anthropic's) API says.
func (c Counter) Messages(messages, tools, toolChoice []byte) (int, error) {
	list, err := objects(messages)
	if err != nil {
		return 0, fmt.Errorf("read messages: %w", err)
	}
	n, hasSystem := 0, false
	for i, m := range list {
		count, err := c.message(m)
		if err != nil {
			return 0, fmt.Errorf("count message %d: %w", i, err)
		}
		n += count
		role, _ := m.Text("role")
		hasSystem = hasSystem || role == "system"
	}
	if c.CountResponseTokens {
		return n, nil
	}
	forTools, err := c.tools(tools, hasSystem)
	if err != nil {
		return 0, fmt.Errorf("count tools: %w", err)
	}
	forChoice, err := c.choice(toolChoice)
	if err != nil {
		return 0, fmt.Errorf("count tool_choice: %w", err)
	}
	return n + priming + forTools + forChoice, nil
}

// counting returns what counts a text. Only texts are multiplied by a family's
// factor, each for itself.
func (c Counter) counting() func(string) int {
	if c.Tokenizer == nil {
		return modelOf(c.Model).Count
	}
	if t, ok := c.Tokenizer.(interface{ Count(string) int }); ok {
		return t.Count
	}
	return func(text string) int { return len(c.Tokenizer.Encode(text)) }
}

// message counts every member that is text, whatever its name, the arguments of
// tool calls, and lists of content parts.
func (c Counter) message(m raw.Object) (int, error) {
	count := c.counting()
	n, named := perMessage, perName
	if baseName(c.Model) == "gpt-3.5-turbo-0301" { // <|start|>{role or name}\n{content}<|end|>\n
		n, named = 4, -1
	}
	for key, value := range m.All() {
		text, isText := m.Text(key)
		switch {
		case key == "tool_calls" && m.Has(key):
			calls, err := c.toolCalls(value)
			if err != nil {
				return 0, fmt.Errorf("tool_calls: %w", err)
			}
			n += calls
		case isText:
			n += count(text)
			if key == "name" {
				n += named
			}
		case key == "content" && isList(value):
			parts, err := c.contentOrDefault(value)
			if err != nil {
				return 0, fmt.Errorf("content: %w", err)
			}
			n += parts
		}
	}
	return n, nil
}

func (c Counter) toolCalls(list json.RawMessage) (int, error) {
	calls, err := objects(list)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, call := range calls {
		function, err := object(call, "function")
		if err != nil {
			return 0, err
		}
		arguments, ok := function.Raw("arguments")
		if !ok {
			arguments = json.RawMessage("[]") // which LiteLLM counts too
		}
		n += c.counting()(pythonString(arguments))
	}
	return n, nil
}

func (c Counter) tools(list []byte, hasSystem bool) (int, error) {
	if len(list) == 0 || string(list) == "null" {
		return 0, nil
	}
	tools, err := objects(list)
	if err != nil || len(tools) == 0 {
		return 0, err
	}
	text, err := definitions(tools)
	if err != nil {
		return 0, err
	}
	n := c.counting()(text) + perTools
	if hasSystem {
		n += toolsWithSystem
	}
	return n, nil
}

func (c Counter) choice(value []byte) (int, error) {
	if len(value) == 0 {
		return 0, nil
	}
	if err := valid(value); err != nil {
		return 0, err
	}
	if firstByte(value) != '{' {
		if pythonString(value) == "none" {
			return choiceNone, nil
		}
		return 0, nil
	}
	chosen, err := raw.Parse(value)
	if err != nil {
		return 0, err
	}
	function, err := object(chosen, "function")
	if err != nil {
		return 0, err
	}
	name, ok := function.Raw("name")
	if !ok {
		return 0, errors.New("its function has no name")
	}
	return choiceOfFunction + c.counting()(pythonString(name)), nil
}
