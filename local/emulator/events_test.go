package emulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tollgate-llm/tollgate/core/routes"
)

var update = flag.Bool("update", false, "rewrite the golden replies")

// TestEvents feeds every sample event to its function, streamed as it is
// deployed and then with the variables of events/env.json, which `sam local` can
// show, and compares both replies with testdata/events/<function>-<event>.txt.
// A new case is a new file in a folder of events/.
func TestEvents(t *testing.T) {
	anthropic := vendor(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"asked":%q,"key":%q,"caller":%q}`, r.Method+" "+r.RequestURI, r.Header.Get("X-Api-Key"), r.Header.Get("Authorization"))
	})
	environment := []string{"ANTHROPIC_API_KEY=sk-vendor", "ANTHROPIC_API_BASE=" + anthropic}
	deployed := sources(t, routes.Functions(), environment)
	local := sources(t, localFunctions(t), environment)
	for _, path := range eventFiles(t) {
		function, name := filepath.Base(filepath.Dir(path)), strings.TrimSuffix(filepath.Base(path), ".json")
		t.Run(function+"/"+name, func(t *testing.T) {
			source, _, _ := strings.Cut(name, "-")
			event, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata/events", function+"-"+name+".txt")
			got := ask(t, deployed[source], function, event)
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if got := ask(t, local[source], function, event); !bytes.Equal(got, want) {
				t.Errorf("by sam local: got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestEventsOfAll holds that no function with routes is without an event, and that
// `docs/lambda.md` says how each is invoked.
func TestEventsOfAll(t *testing.T) {
	docs, err := os.ReadFile("../../docs/lambda.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, path := range eventFiles(t) {
		function, name := filepath.Base(filepath.Dir(path)), filepath.Base(path)
		seen[function] = true
		line := fmt.Sprintf("sam local invoke %s -e events/%s/%s\n", logicalID(function), function, name)
		if !strings.Contains(string(docs), line) {
			t.Errorf("docs/lambda.md lacks the line %s", line)
		}
	}
	for _, f := range routes.Functions() {
		if f.Mode != "" && !seen[f.Name] {
			t.Errorf("function %s has no event in events/%s", f.Name, f.Name)
		}
	}
}

// logicalID is the function's name in template.yaml.
func logicalID(function string) string {
	return strings.ToUpper(function[:1]) + function[1:] + "Function"
}

func eventFiles(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("../../events/*/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("got %d events, error %v", len(paths), err)
	}
	return paths
}

// sources are gateways by what the names of events begin with.
func sources(t *testing.T, functions []routes.Function, env []string) map[string]*Gateway {
	t.Helper()
	all := map[string]*Gateway{}
	for name, source := range map[string]Source{"rest": RESTAPI, "http": HTTPAPI, "url": FunctionURL} {
		_, all[name] = product(t, Options{Source: source, Functions: functions, Env: env}, "")
	}
	all["sqs"] = all["rest"] // where nobody is in front
	return all
}

// localFunctions are the functions in the mode that events/env.json gives them:
// `sam local` cannot stream.
func localFunctions(t *testing.T) []routes.Function {
	t.Helper()
	b, err := os.ReadFile("../../events/env.json")
	if err != nil {
		t.Fatal(err)
	}
	var variables map[string]map[string]string
	if err := json.Unmarshal(b, &variables); err != nil {
		t.Fatal(err)
	}
	functions := routes.Functions()
	for i, f := range functions {
		if f.Mode == "" {
			continue
		}
		own := variables[logicalID(f.Name)]
		for _, name := range f.Env {
			// What the template gives it is the name of a resource, which `sam local` has not.
			if _, given := own[name]; !given && name != "GOMAXPROCS" && name != "RESPONSE_MODE" {
				t.Errorf("events/env.json gives %s no %s", f.Name, name)
			}
		}
		for name := range own {
			if !slices.Contains(f.Env, name) {
				t.Errorf("events/env.json gives %s a variable that it does not read: %s", f.Name, name)
			}
		}
		if own["LITELLM_MASTER_KEY"] != master {
			t.Errorf("events/env.json gives %s the key %q, want the events' %q", f.Name, own["LITELLM_MASTER_KEY"], master)
		}
		if f.Mode != routes.Buffered && own["RESPONSE_MODE"] != string(routes.Buffered) {
			t.Errorf("events/env.json gives %s the mode %q, want %s", f.Name, own["RESPONSE_MODE"], routes.Buffered)
		}
		functions[i].Mode = routes.Buffered
	}
	return functions
}

// changing are a reply's parts that are new each time.
var changing = regexp.MustCompile(`"(id|responseId)":"[a-z_-]*[0-9A-Za-z]{22,}(?:_[0-9]+)?"|"(created|created_at|completed_at)":[0-9]+`)

// ask feeds a function and writes down what the client gets. What is not text
// is told by its size and digest.
func ask(t *testing.T, g *Gateway, function string, event []byte) []byte {
	t.Helper()
	var from struct{ Headers map[string]string }
	if err := json.Unmarshal(event, &from); err != nil {
		t.Fatal(err)
	}
	asked := http.Header{}
	for name, value := range from.Headers {
		asked.Set(name, value)
	}
	w := httptest.NewRecorder()
	f := g.functions[function]
	if f.Mode == "" {
		reply, err := g.answerOf(function, event)
		if err != nil {
			t.Errorf("got %v, want an answer", err)
		}
		return append(reply, '\n')
	}
	g.reply(w, asked, f, f.invoke("sample", event))
	body := changing.ReplaceAll(w.Body.Bytes(), []byte(`"$1$2":...`))
	if bytes.IndexByte(body, 0) >= 0 || !utf8.Valid(body) {
		body = fmt.Appendf(nil, "%d bytes: %q... sha256 %x", len(body), body[:min(12, len(body))], sha256.Sum256(body))
	}
	return fmt.Appendf(nil, "%d %s\n\n%s\n", w.Code, w.Header().Get("Content-Type"), body)
}
