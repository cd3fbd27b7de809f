package providers

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/openai"
)

var update = flag.Bool("update", false, "write the replies of testdata")

// TestGolden plays testdata/*.txt, each with five parts: the source of what
// stands on the vendor's side, the call as a caller writes it (model is
// provider/model; drop_params and api_base are the gateway's), the request the
// vendor must get (null members aside), its answer, and the caller's reply.
// A new case is a new file; -update writes replies only.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	covered := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			parts := split(t, file)
			if !strings.HasPrefix(parts["source"], "https://") {
				t.Errorf("got source %q, want a vendor's page", parts["source"])
			}
			call := goldenCall(t, parts["call"])
			covered[call.To.Provider] = true
			vendor := &answering{response: parts["upstream response"]}
			client := &http.Client{Transport: vendor}
			p, ok := All(client, client, func() time.Time { return time.Unix(1, 0) }).Lookup(call.To.Provider)
			if !ok {
				t.Fatalf("no provider %s", call.To.Provider)
			}
			reply, err := p.Do(context.Background(), call)
			if err != nil {
				t.Fatal(err)
			}
			defer reply.Close()
			vendor.check(t, parts["upstream request"])
			got := written(t, reply)
			if *update {
				rewrite(t, file, got)
			} else if want := parts["reply"]; got != want {
				t.Errorf("reply: got\n%s\nwant\n%s", got, want)
			}
		})
	}
	for _, r := range table {
		if !reflect.DeepEqual(r.quirks, openai.Quirks{}) && !covered[r.name] {
			t.Errorf("%s has a quirk and no golden file", r.name)
		}
	}
}

// split reads the parts of a txtar file.
func split(t *testing.T, file string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts, name := map[string]string{}, ""
	for line := range strings.Lines(string(b)) {
		if header, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(header, " --\n") {
			name = strings.TrimSuffix(header, " --\n")
			continue
		}
		parts[name] += line
	}
	return parts
}

func rewrite(t *testing.T, file, reply string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(b), "-- reply --\n")
	if err := os.WriteFile(file, []byte(head+"-- reply --\n"+reply), 0o644); err != nil {
		t.Fatal(err)
	}
}

func goldenCall(t *testing.T, text string) *llm.Call {
	t.Helper()
	body, err := raw.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var gateway struct {
		Model      string
		Stream     bool
		DropParams *bool  `json:"drop_params"`
		Base       string `json:"api_base"`
		Options    struct {
			Usage bool `json:"include_usage"`
		} `json:"stream_options"`
	}
	if err := json.Unmarshal([]byte(text), &gateway); err != nil {
		t.Fatal(err)
	}
	provider, model, err := Infer(gateway.Model, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Stream: gateway.Stream, Record: &llm.Record{},
		Body:    body.Without("drop_params", "api_base"),
		Options: llm.Options{DropParams: gateway.DropParams, IncludeUsage: gateway.Options.Usage},
		To:      &llm.Deployment{Provider: provider, Model: model, Base: gateway.Base, Credential: env{"api_key": "KEY"}},
	}
}

// answering is a vendor: an http.RoundTripper that keeps the request.
type answering struct {
	response string
	got      *http.Request
	body     string
}

func (a *answering) RoundTrip(r *http.Request) (*http.Response, error) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	a.got, a.body = r, string(b)
	return http.ReadResponse(bufio.NewReader(strings.NewReader(a.response)), r)
}

// check compares the request to the recorded one: its first line, the headers
// that stand there, and the body as JSON.
func (a *answering) check(t *testing.T, want string) {
	t.Helper()
	head, body, _ := strings.Cut(want, "\n\n")
	line, headers, _ := strings.Cut(head, "\n")
	if got := a.got.Method + " " + a.got.URL.String(); got != line {
		t.Errorf("request: got %s, want %s", got, line)
	}
	for header := range strings.Lines(headers) {
		name, v, _ := strings.Cut(strings.TrimSpace(header), ": ")
		if got := a.got.Header.Get(name); got != v {
			t.Errorf("header %s: got %q, want %q", name, got, v)
		}
	}
	if got, want := members(t, a.body), members(t, body); !reflect.DeepEqual(got, want) {
		t.Errorf("body: got %s, want %s", a.body, body)
	}
}

func members(t *testing.T, text string) map[string]any {
	t.Helper()
	all := map[string]any{}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	for name, v := range all {
		if v == nil {
			delete(all, name)
		}
	}
	return all
}

// written is a reply as the caller gets it.
func written(t *testing.T, reply *llm.Reply) string {
	t.Helper()
	if reply.Events == nil {
		return string(reply.Body.Bytes()) + "\n"
	}
	var out strings.Builder
	for ev, err := range reply.Events {
		if err != nil {
			t.Fatal(err)
		}
		if len(ev.Data) > 0 {
			out.WriteString("data: " + string(ev.Data) + "\n\n")
		}
	}
	return out.String() + "data: [DONE]\n\n"
}
