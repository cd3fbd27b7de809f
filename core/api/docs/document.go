package docs

import "encoding/json"

// operation is what is said of one method of a path.
type operation struct {
	ID          string                `json:"operationId"`
	Tags        []string              `json:"tags"`
	Summary     string                `json:"summary"`
	Description string                `json:"description,omitempty"`
	Security    []map[string][]string `json:"security"`
	Parameters  []parameter           `json:"parameters,omitempty"`
	Body        *body                 `json:"requestBody,omitempty"`
	Responses   map[string]response   `json:"responses"`
}

type parameter struct {
	Name     string `json:"name"`
	In       string `json:"in"`
	Required bool   `json:"required"`
	Schema   schema `json:"schema"`
	Example  string `json:"example,omitempty"`
}

type body struct {
	Required bool             `json:"required"`
	Content  map[string]media `json:"content"`
}

type response struct {
	Description string           `json:"description"`
	Content     map[string]media `json:"content,omitempty"`
}

type media struct {
	Schema  schema          `json:"schema"`
	Example json.RawMessage `json:"example,omitempty"`
}

// schema is a JSON schema. The zero schema is anything.
type schema struct {
	Type        any               `json:"type,omitempty"` // a name, or several
	Ref         string            `json:"$ref,omitempty"`
	Format      string            `json:"format,omitempty"`
	Const       string            `json:"const,omitempty"`
	Description string            `json:"description,omitempty"`
	Items       *schema           `json:"items,omitempty"`
	Properties  map[string]schema `json:"properties,omitempty"`
	Required    []string          `json:"required,omitempty"`
	Example     json.RawMessage   `json:"example,omitempty"`
}

// words are whose error body a route answers with. The zero words are OpenAI's.
type words uint8

const (
	messages words = iota + 1 // Anthropic's
	generate                  // Google's
)

// error is the name of a schema of failures.
func (w words) error() string {
	switch w {
	case messages:
		return "MessagesError"
	case generate:
		return "GenerateError"
	}
	return "Error"
}

// failures are the schemas of error bodies.
func failures() map[string]schema {
	text, object := schema{Type: "string"}, func(properties map[string]schema, required ...string) schema {
		return schema{Type: "object", Required: required, Properties: properties}
	}
	return map[string]schema{
		"Error": object(map[string]schema{"error": object(
			map[string]schema{"message": text, "type": text, "param": {Type: []string{"string", "null"}}, "code": text}, "message", "type", "param", "code",
		)}, "error"),
		"MessagesError": object(map[string]schema{"type": {Const: "error"}, "error": object(
			map[string]schema{"type": text, "message": text}, "type", "message",
		)}, "type", "error"),
		"GenerateError": object(map[string]schema{"error": object(
			map[string]schema{"code": {Type: "integer"}, "message": text, "status": text}, "code", "message", "status",
		)}, "error"),
	}
}
