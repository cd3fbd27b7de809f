// Package prompt says a conversation as one text, for the APIs that take only
// text: text-generation-inference, replicate, ollama's generate, the older
// bodies of Bedrock's InvokeModel, sagemaker, triton, petals and their like.
//
// A model that was trained on conversations wants the marks it was trained on:
// which marks those are stands in one table, by the model's name, with the page
// of the model's card. An operator's own template (Template) goes before it.
// Texts and choices are LiteLLM's, except where testdata/differences.json says
// why not.
//
// Nothing here runs a template that came from outside: a template is a handful
// of strings that are put around the texts. Nothing here does I/O.
//
// A caller's text is put between the marks as it is: a text can contain a
// mark, and these APIs have no way to say that it is only text.
package prompt

import (
	"fmt"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Message is one message of a conversation, in text.
type Message struct {
	Role  string // system, user, assistant or tool
	Text  string
	Calls []Call // of an assistant
}

// Call is one tool an assistant called. Arguments is a JSON object, as text.
type Call struct{ ID, Name, Arguments string }

// Format says a conversation as one text. Errors are *llm.Error: the format
// has no words for something in the conversation.
type Format func([]Message) (string, error)

// Setting is the name of the deployment setting that holds an operator's own
// template: the JSON object that ParseTemplate reads.
const Setting = "prompt_template"

// For returns the format known of a provider's model. It returns false when
// nothing is known of it, with a format that gives the texts alone, separated by
// spaces.
func For(provider, model string) (Format, bool) {
	if f, ok := known(provider, strings.ToLower(model)); ok {
		return f, true
	}
	return joined(" "), false
}

// Text is what a deployment is sent for a conversation: by its own template
// (Setting), or by the format For returns. A setting hf_model_name says whose
// format the model has. Errors are *llm.Error.
func Text(to *llm.Deployment, conversation []Message) (string, error) {
	if own := to.Settings[Setting]; own != "" {
		t, err := ParseTemplate([]byte(own))
		if err != nil {
			return "", &llm.Error{Class: llm.InternalServerError, Message: "the deployment's prompt template is malformed", Err: fmt.Errorf("read %s: %w", Setting, err)}
		}
		return t.Prompt(conversation)
	}
	model := to.Model
	if whose := to.Settings["hf_model_name"]; whose != "" {
		model = whose
	}
	format, _ := For(to.Provider, model)
	return format(conversation)
}

func invalid(format string, a ...any) error {
	return &llm.Error{Class: llm.BadRequestError, Param: "messages", Message: "messages: " + fmt.Sprintf(format, a...)}
}

func unsupported(what string) error {
	return &llm.Error{Class: llm.UnsupportedParamsError, Param: "messages", Message: "the model takes one text, which has no words for " + what}
}
