package prompt

import (
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// ToolSetting is the name of the deployment setting that, when it is "true",
// has a request's tools told of in the text: LiteLLM's add_function_to_prompt.
const ToolSetting = "add_function_to_prompt"

// Request says the conversation of an OpenAI chat request as one text. Done are
// the members that are in it; others, tools among them unless the deployment
// has ToolSetting, are the caller's to judge. Errors are *llm.Error.
func Request(to *llm.Deployment, body raw.Object) (text string, done []string, err error) {
	v, _ := body.Raw("messages")
	conversation, err := Read(v)
	if err != nil {
		return "", nil, err
	}
	done = []string{"messages"}
	choice, _ := body.Raw("tool_choice")
	tools, ok := body.Raw("tools")
	switch {
	case !ok || string(tools) == "null" || string(tools) == "[]" || string(choice) == `"none"`:
		done = append(done, "tools", "tool_choice")
	case to.Settings[ToolSetting] == "true":
		if conversation, err = AddFunctions(conversation, tools); err != nil {
			return "", nil, err
		}
		done = append(done, "tools")
		if string(choice) == `"auto"` {
			done = append(done, "tool_choice")
		}
	}
	text, err = Text(to, conversation)
	return text, done, err
}
