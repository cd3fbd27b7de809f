package docs_test

import (
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/api/docs"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/core/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type media struct {
	Schema struct {
		Ref        string `json:"$ref"`
		Required   []string
		Properties map[string]map[string]any
	}
	Example map[string]any
}

type operation struct {
	ID         string `json:"operationId"`
	Summary    string
	Tags       []string
	Parameters []struct {
		Name, In string
		Required bool
	}
	Security  []any
	Body      *struct{ Content map[string]media } `json:"requestBody"`
	Responses map[string]struct{ Content map[string]media }
}

type description struct {
	OpenAPI    string
	Tags       []struct{ Name string }
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]any }
}

func described(t *testing.T) description {
	t.Helper()
	h := &docs.Handler{Version: "1.2.3"}
	edge := &web.Edge{Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: func() string { return "id" }}
	w := httptest.NewRecorder()
	edge.Handle("x", func(w *web.Writer, r *http.Request) error { return h.OpenAPI(w, r, nil) }).ServeHTTP(w, httptest.NewRequest("GET", "/openapi.json", nil))
	var d description
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || d.OpenAPI != "3.1.0" {
		t.Fatalf("got %v and OpenAPI %q", err, d.OpenAPI)
	}
	return d
}

// TestOpenAPI: the description lists the route table, no more and no less.
func TestOpenAPI(t *testing.T) {
	d := described(t)
	want := map[string]routes.Route{}
	for _, r := range routes.All() {
		path := strings.ReplaceAll(r.Path, "...}", "}")
		methods := []string{strings.ToLower(r.Method)}
		if r.Method == routes.Any {
			methods = []string{"get", "post", "put", "patch", "delete"}
		}
		for _, m := range methods {
			want[m+" "+path] = r
		}
	}
	tags := map[string]bool{}
	for _, tag := range d.Tags {
		tags[tag.Name] = true
	}
	for path, operations := range d.Paths {
		for method, o := range operations {
			r, there := want[method+" "+path]
			if !there || (r.Access == routes.Open) != (len(o.Security) == 0) {
				t.Errorf("%s %s: got it with %v, want %v in the route table, and %s", method, path, o.Security, there, r.Access)
			}
			delete(want, method+" "+path)
			if !slices.Equal(o.Tags, []string{r.Function}) || !tags[r.Function] {
				t.Errorf("%s %s: got tags %v, want its function %s, described", method, path, o.Tags, r.Function)
			}
		}
	}
	for route := range want {
		t.Errorf("the description lacks %s", route)
	}
}

// TestOperations: each operation is described in full. One that is not has no
// line in operations.go.
func TestOperations(t *testing.T) {
	d := described(t)
	ids := map[string]bool{}
	for path, operations := range d.Paths {
		for method, o := range operations {
			at := method + " " + path
			if ids[o.ID] || o.ID == "" || o.Summary == "" {
				t.Errorf("%s: got id %q and summary %q, want an id of its own, and a summary", at, o.ID, o.Summary)
			}
			ids[o.ID] = true
			inPath := 0
			for _, p := range o.Parameters {
				if p.In == "path" {
					inPath++
				}
				if !p.Required || (p.In == "path") != strings.Contains(path, "{"+p.Name+"}") {
					t.Errorf("%s: got parameter %+v", at, p)
				}
			}
			if n := strings.Count(path, "{"); n != inPath {
				t.Errorf("%s: got %d parameters in the path, want %d", at, inPath, n)
			}
			if len(o.Responses["200"].Content) == 0 {
				t.Errorf("%s: got no content of its reply", at)
			}
			for kind, m := range o.Responses["200"].Content {
				full(t, at+" "+kind, m, m.Schema.Required)
			}
			body(t, at, method, path, o)
			name, ok := strings.CutPrefix(o.Responses["default"].Content["application/json"].Schema.Ref, "#/components/schemas/")
			if !ok || d.Components.Schemas[name] == nil || name != failure(path, method) {
				t.Errorf("%s: got failure %q, want %s", at, name, failure(path, method))
			}
		}
	}
}

// body holds that a request's example and what it needs are described, that a
// name in the path is not asked for again, and that files are in forms.
func body(t *testing.T, at, method, path string, o operation) {
	t.Helper()
	if o.Body == nil {
		if method == "post" && !strings.HasSuffix(path, "/cancel") {
			t.Errorf("%s: got no body", at)
		}
		return
	}
	for kind, m := range o.Body.Content {
		full(t, at+" "+kind, m, slices.AppendSeq(m.Schema.Required, maps.Keys(m.Example)))
		last := path[strings.LastIndex(path, "/"):]
		if form := slices.Contains([]string{"/edits", "/variations", "/transcriptions", "/translations"}, last); form != (kind == "multipart/form-data") {
			t.Errorf("%s: got %s, want a form %v", at, kind, form)
		}
		if kind == "application/json" && len(m.Example) == 0 {
			t.Errorf("%s: got no example", at)
		}
		for name := range m.Schema.Properties {
			if strings.Contains(path, "{"+name+"}") {
				t.Errorf("%s: got %s in the path and in the body", at, name)
			}
		}
	}
}

// full holds that members have schemas that say something.
func full(t *testing.T, at string, m media, names []string) {
	t.Helper()
	for _, name := range names {
		if len(m.Schema.Properties[name]) == 0 {
			t.Errorf("%s: %s is not described", at, name)
		}
	}
}

// failure is the name of the error body's schema.
func failure(path, method string) string {
	switch {
	case strings.Contains(path, "/messages"):
		return "MessagesError"
	case strings.HasSuffix(path, "/models/{id}") && method == "post":
		return "GenerateError"
	}
	return "Error"
}
