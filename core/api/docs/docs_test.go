package docs_test

import (
	"encoding/json"
	"log/slog"
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

// TestOpenAPI: the description lists the route table, no more and no less, with
// an id for each operation and the names in its path.
func TestOpenAPI(t *testing.T) {
	h := &docs.Handler{Version: "1.2.3"}
	edge := &web.Edge{Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: func() string { return "id" }}
	w := httptest.NewRecorder()
	edge.Handle("x", func(w *web.Writer, r *http.Request) error { return h.OpenAPI(w, r, nil) }).ServeHTTP(w, httptest.NewRequest("GET", "/openapi.json", nil))
	var d struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			ID         string `json:"operationId"`
			Parameters []struct{ Name string }
			Security   []any
			Body       *struct{ Content map[string]any } `json:"requestBody"`
			Responses  map[string]any
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || d.OpenAPI != "3.1.0" {
		t.Fatalf("got %v and OpenAPI %q", err, d.OpenAPI)
	}
	want := map[string]bool{}
	for _, r := range routes.All() {
		path := strings.ReplaceAll(r.Path, "...}", "}")
		methods := []string{strings.ToLower(r.Method)}
		if r.Method == routes.Any {
			methods = []string{"get", "post", "put", "patch", "delete"}
		}
		for _, m := range methods {
			want[m+" "+path] = r.Access != routes.Open
		}
	}
	ids := map[string]bool{}
	for path, operations := range d.Paths {
		for method, o := range operations {
			guarded, there := want[method+" "+path]
			if !there || guarded != (len(o.Security) > 0) {
				t.Errorf("%s %s: got it with %v, want %v in the route table and guarded %v", method, path, o.Security, there, guarded)
			}
			delete(want, method+" "+path)
			if ids[o.ID] || o.ID == "" || len(o.Responses) == 0 {
				t.Errorf("%s %s: got id %q, want one of its own, and responses", method, path, o.ID)
			}
			ids[o.ID] = true
			for _, p := range o.Parameters {
				if !strings.Contains(path, "{"+p.Name+"}") {
					t.Errorf("%s: got parameter %s", path, p.Name)
				}
			}
			if n := strings.Count(path, "{"); n != len(o.Parameters) {
				t.Errorf("%s: got %d parameters, want %d", path, len(o.Parameters), n)
			}
			if multipart := o.Body != nil && o.Body.Content["multipart/form-data"] != nil; multipart != slices.Contains([]string{"/edits", "/variations", "/transcriptions", "/translations"}, path[strings.LastIndex(path, "/"):]) {
				t.Errorf("%s: got a form %v", path, multipart)
			}
		}
	}
	for route := range want {
		t.Errorf("the description lacks %s", route)
	}
}
