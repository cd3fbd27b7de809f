package upstream

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// cohereMembers lists the parameters of chat and chat_stream in cohere 7.3.1's
// ClientV2.
const cohereMembers = `citation_options documents frequency_penalty k logprobs max_tokens messages model p
presence_penalty priority raw_prompting response_format safety_mode seed stop_sequences stream strict_tools
temperature thinking tool_choice tools`

type cohereRequest struct {
	ResponseFormat struct {
		Type       string          `json:"type"`
		JSONSchema json.RawMessage `json:"json_schema"`
	} `json:"response_format"`
	Tools []struct {
		Function struct {
			Name       string          `json:"name"`
			Parameters json.RawMessage `json:"parameters"`
		} `json:"function"`
	} `json:"tools"`
	Messages []askedMessage `json:"messages"`
}

// readCohereMembers holds what every request of Cohere's has to.
func readCohereMembers(r *http.Request, body []byte, known, required string) (ask, *failure) {
	a := ask{path: r.URL.Path, choices: 1}
	if json.Unmarshal(body, &a.said) != nil {
		return a, cohereRefusal(400, "invalid request: the body is not valid JSON")
	}
	a.model, a.stream = a.said.text("model"), a.said.flag("stream")
	if r.Header.Get("Authorization") == "" {
		return a, cohereRefusal(401, "no api key supplied")
	}
	// github.com/OpenRouterTeam/openrouter-examples/issues/71
	if odd, is := unknown(a.said, strings.Fields(known)); is {
		a.odd = cohereRefusal(422, "unknown field: parameter '%s' is not a valid field", odd)
	}
	for name := range strings.FieldsSeq(required) {
		if v := string(a.said[name]); v == "" || v == "[]" {
			return a, cohereRefusal(400, "invalid request: %s must not be empty", name)
		}
	}
	return a, nil
}

func cohereRefusal(status int, format string, args ...any) *failure {
	return &failure{status: status, message: fmt.Sprintf(format, args...)}
}

func readCohere(r *http.Request, body []byte) (ask, *failure) {
	a, refused := readCohereMembers(r, body, cohereMembers, "model messages")
	if refused != nil {
		return a, refused
	}
	var q cohereRequest
	if err := json.Unmarshal(body, &q); err != nil {
		return a, cohereRefusal(400, "invalid request: %v", err)
	}
	a.maxTokens, a.stop = a.said.number("max_tokens", 0), a.said.list("stop_sequences")
	for _, t := range q.Tools {
		a.tools = append(a.tools, tool{t.Function.Name, t.Function.Parameters})
	}
	if q.ResponseFormat.Type == "json_object" {
		a.schema = q.ResponseFormat.JSONSchema
		if a.schema == nil {
			a.schema = json.RawMessage(anyAnswer)
		}
	}
	a.read(q.Messages)
	return a, nil
}
