// Package docs describes the gateway's API, as OpenAPI has it. The description
// is made of the route table, so that it lists what is there.
package docs

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Handler answers GET /openapi.json.
type Handler struct {
	Version string // the gateway's
}

// operation is what is said of one method of a path.
type operation struct {
	ID         string                `json:"operationId"`
	Tags       []string              `json:"tags"`
	Summary    string                `json:"summary"`
	Security   []map[string][]string `json:"security"`
	Parameters []parameter           `json:"parameters,omitempty"`
	Body       *body                 `json:"requestBody,omitempty"`
	Responses  map[string]response   `json:"responses"`
}

type parameter struct {
	Name     string `json:"name"`
	In       string `json:"in"`
	Required bool   `json:"required"`
	Schema   schema `json:"schema"`
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
	Schema schema `json:"schema"`
}

type schema struct {
	Type string `json:"type,omitempty"`
	Ref  string `json:"$ref,omitempty"`
}

// OpenAPI answers with the description, OpenAPI 3.1.
func (h *Handler) OpenAPI(w *web.Writer, _ *http.Request, _ *llm.Caller) error {
	paths := map[string]map[string]operation{}
	for _, r := range routes.All() {
		path := strings.ReplaceAll(r.Path, "...}", "}")
		if paths[path] == nil {
			paths[path] = map[string]operation{}
		}
		for _, method := range methods(r) {
			paths[path][method] = describe(r, path, method)
		}
	}
	b, err := json.Marshal(map[string]any{
		"openapi": "3.1.0",
		"info":    map[string]string{"title": "Tollgate", "version": h.Version, "description": "An LLM gateway: OpenAI's, Anthropic's and Google's APIs over every provider."},
		"paths":   paths,
		"components": map[string]any{
			"securitySchemes": map[string]any{"key": map[string]string{"type": "http", "scheme": "bearer"}},
			"schemas":         map[string]any{"Error": failure()},
		},
	})
	if err != nil {
		return err
	}
	return w.JSON(http.StatusOK, b)
}

// methods are those of a route, in small letters.
func methods(r routes.Route) []string {
	if r.Method == routes.Any {
		return []string{"get", "post", "put", "patch", "delete"}
	}
	return []string{strings.ToLower(r.Method)}
}

var parameters = regexp.MustCompile(`\{(\w+)\}`)

func describe(r routes.Route, path, method string) operation {
	o := operation{
		ID: method + strings.NewReplacer("/", "_", "{", "", "}", "", ".", "_").Replace(path), Tags: []string{r.Function},
		Summary: strings.ToUpper(method) + " " + path, Security: []map[string][]string{},
		Responses: map[string]response{"200": {Description: "What was asked for"}},
	}
	if r.Access != routes.Open {
		o.Security = []map[string][]string{{"key": {}}}
		o.Responses["default"] = response{"What went wrong", map[string]media{"application/json": {schema{Ref: "#/components/schemas/Error"}}}}
	}
	for _, name := range parameters.FindAllStringSubmatch(path, -1) {
		o.Parameters = append(o.Parameters, parameter{name[1], "path", true, schema{Type: "string"}})
	}
	if method == "post" {
		kind := "application/json"
		if form(path) {
			kind = "multipart/form-data"
		}
		o.Body = &body{true, map[string]media{kind: {schema{Type: "object"}}}}
	}
	return o
}

// form reports whether a path takes files.
func form(path string) bool {
	for _, end := range []string{"/images/edits", "/images/variations", "/audio/transcriptions", "/audio/translations"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return false
}

// failure is the schema of OpenAI's error body.
func failure() map[string]any {
	text := map[string]string{"type": "string"}
	return map[string]any{
		"type": "object", "required": []string{"error"},
		"properties": map[string]any{"error": map[string]any{
			"type": "object", "required": []string{"message", "type", "param", "code"},
			"properties": map[string]any{"message": text, "type": text, "param": map[string]any{"type": []string{"string", "null"}}, "code": text},
		}},
	}
}
