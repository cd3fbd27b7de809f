package emulator

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// TestFind holds who answers when several resources have a path.
func TestFind(t *testing.T) {
	table := []routes.Route{
		{Method: "POST", Path: "/v1/chat", Function: "chat"},
		{Method: "GET", Path: "/v1/{id}", Function: "meta"},
		{Method: "DELETE", Path: "/v1/{id}", Function: "embed"},
		{Method: routes.Any, Path: "/{path...}", Function: "pass"},
	}
	tests := []struct {
		method, path  string
		rest, httpAPI string // the function, "" if nobody
	}{
		{"POST", "/v1/chat", "chat", "chat"},
		{"GET", "/v1/chat", "", "meta"}, // of the resource /v1/chat there is no GET
		{"DELETE", "/prod/v1/x", "embed", "embed"},
		{"PUT", "/v1/x", "", "pass"},
		{"PUT", "/v2/x", "pass", "pass"},
		{"PUT", "/", "", ""},
	}
	for source, want := range map[Source]func(i int) string{
		RESTAPI: func(i int) string { return tests[i].rest },
		HTTPAPI: func(i int) string { return tests[i].httpAPI },
	} {
		bootstraps := map[string]string{}
		for _, f := range routes.Functions() {
			bootstraps[f.Name] = bootstrap
		}
		g, err := New(Options{Routes: table, Functions: routes.Functions(), Bootstraps: bootstraps, Source: source})
		if err != nil {
			t.Fatal(err)
		}
		for i, test := range tests {
			got := ""
			if r, _, _ := g.find(test.method, test.path); r != nil {
				got = r.function.Name
			}
			if got != want(i) {
				t.Errorf("%s: got function %q for %s %s, want %q", source, got, test.method, test.path, want(i))
			}
		}
	}
}
