// Package docs describes the gateway's API, as OpenAPI has it. The description
// is made of the route table, so that it lists what is there; operations.go has
// what the table does not say.
package docs

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Handler answers GET /openapi.json.
type Handler struct {
	Version string // the gateway's
}

// OpenAPI answers with the description, OpenAPI 3.1.
// Source: https://spec.openapis.org/oas/v3.1.1.html
func (h *Handler) OpenAPI(w *web.Writer, _ *http.Request, _ *llm.Caller) error {
	known := operations()
	maps.Copy(known, administration())
	paths := map[string]map[string]operation{}
	for _, r := range routes.All() {
		path := strings.ReplaceAll(r.Path, "...}", "}")
		if paths[path] == nil {
			paths[path] = map[string]operation{}
		}
		for _, method := range methods(r) {
			paths[path][method] = describe(r, path, method, known[key(r)])
		}
	}
	b, err := json.Marshal(map[string]any{
		"openapi": "3.1.0",
		"info":    map[string]string{"title": "Tollgate", "version": h.Version, "description": "An LLM gateway: OpenAI's, Anthropic's and Google's APIs over every provider."},
		"servers": []map[string]string{{"url": ".", "description": "this gateway"}}, // beside the description: below a stage's path too
		"tags":    tags(),
		"paths":   paths,
		"components": map[string]any{
			"securitySchemes": map[string]any{"key": map[string]string{
				"type": "http", "scheme": "bearer",
				"description": "The gateway's key. The headers x-api-key, api-key, x-goog-api-key and x-litellm-api-key are read too.",
			}},
			"schemas": failures(),
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

// key is what operations has a route by: without a version, without a model
// and, for a vendor's own API, without the vendor.
func key(r routes.Route) string {
	path := strings.ReplaceAll(r.Path, "...}", "}")
	if r.Method == routes.Any && strings.Count(path, "/") > 1 {
		return r.Method + " /vendor/{path}"
	}
	for _, prefix := range []string{"/v1/", "/v2/", "/v1beta/", "/engines/{model}/", "/openai/deployments/{model}/"} {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			return r.Method + " /" + rest
		}
	}
	return r.Method + " " + path
}

var parameters = regexp.MustCompile(`\{(\w+)\}`)

func describe(r routes.Route, path, method string, a about) operation {
	o := operation{
		ID: method + strings.NewReplacer("/", "_", "{", "", "}", "", ".", "_").Replace(path), Tags: []string{r.Function},
		Summary: a.summary, Security: []map[string][]string{},
		Responses: map[string]response{"200": {"What was asked for", a.answer()}},
	}
	if r.Access == routes.Master {
		o.Description = "Takes the master key."
	}
	if r.Access != routes.Open {
		o.Security = []map[string][]string{{"key": {}}}
	}
	o.Responses["default"] = response{"What went wrong", map[string]media{"application/json": {Schema: schema{Ref: "#/components/schemas/" + a.words.error()}}}}
	var inPath []string
	for _, name := range parameters.FindAllStringSubmatch(path, -1) {
		example, ok := a.object().Text(name[1])
		if !ok {
			example = a.path
		}
		inPath = append(inPath, name[1])
		o.Parameters = append(o.Parameters, parameter{name[1], "path", true, schema{Type: "string"}, example})
	}
	for _, name := range slices.Sorted(maps.Keys(a.query)) {
		o.Parameters = append(o.Parameters, parameter{name, "query", true, schema{Type: "string"}, a.query[name]})
	}
	if method != "get" && method != "delete" {
		o.Body = a.body(inPath)
	}
	return o
}
