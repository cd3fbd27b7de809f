package routes_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// TestSiblings holds what API Gateway asks for: below one path, all routes that
// have a name where the next element stands have the same.
func TestSiblings(t *testing.T) {
	names := map[string]string{}
	for _, r := range routes.All() {
		path := ""
		for element := range strings.SplitSeq(r.Path[1:], "/") {
			if strings.HasPrefix(element, "{") {
				if had, ok := names[path]; ok && had != element {
					t.Errorf("got %s and %s below %s", had, element, path)
				}
				names[path] = element
			}
			path += "/" + element
		}
	}
}

// TestTable holds that the table can be served: patterns do not conflict and
// every route has a function, whose main package exists.
func TestTable(t *testing.T) {
	functions, used := map[string]bool{}, map[string]bool{}
	for _, f := range routes.Functions() {
		functions[f.Name] = f.Mode != ""
		if _, err := os.Stat(filepath.Join("../..", f.Dir, "main.go")); err != nil {
			t.Errorf("function %s: %v", f.Name, err)
		}
		if f.Mode == routes.Buffered && f.TimeoutSeconds > 29 {
			t.Errorf("got %d s for the buffered function %s, want API Gateway's 29 s at most", f.TimeoutSeconds, f.Name)
		}
	}
	for _, s := range routes.Schedules() {
		used[s.Function] = true
	}
	for _, q := range routes.Queues() {
		used[q.Function] = true
	}
	mux := http.NewServeMux()
	for _, r := range routes.All() {
		used[r.Function] = true
		if !functions[r.Function] {
			t.Errorf("got function %q of %s %s, want one of Functions that has a mode", r.Function, r.Method, r.Path)
		}
		if r.Access != routes.Open && r.Access != routes.Key && r.Access != routes.Master {
			t.Errorf("got access %q of %s %s", r.Access, r.Method, r.Path)
		}
		mux.Handle(r.Pattern(), http.NotFoundHandler()) // panics on a conflict
	}
	for name := range functions {
		if !used[name] {
			t.Errorf("function %s has no route, schedule or queue", name)
		}
	}
}
