package providers

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

const (
	given     = "http://base.test/v1" // the api_base that the oracle gives
	catalogue = "org/m"
)

// observed is what a provider does with a call, in the words of
// oracle/observe.py.
type observed struct {
	NoCall  string   `json:"no_call"`
	Plain   *request `json:"plain"`
	Stream  *request `json:"stream"`
	KeyEnv  []string `json:"key_env"`
	BaseEnv []string `json:"base_env"`
	Given   string   `json:"given_api_base"` // it cannot be called without one
	Based   string   `json:"with_api_base"`
}

type request struct {
	URL  string            `json:"url"`
	Auth map[string]string `json:"auth"`
}

// difference is one entry of oracle/differences.json: where this package does
// not do what LiteLLM does, and the document that says why.
type difference struct {
	Providers []string `json:"providers"`
	Except    []string `json:"all_providers_except"` // LiteLLM's value is dropped from the lists of all others
	Field     string   `json:"field"`
	Ours      string   `json:"ours"`
	LiteLLM   string   `json:"litellm"`
	Why       string   `json:"why"`
	Source    string   `json:"source"`
	used      int
}

func readJSON(t *testing.T, name string, to any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("oracle", name))
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	if err := d.Decode(to); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// TestOracle makes a plain and a streamed call to every provider and compares
// where they go, and with whose key, to what LiteLLM did (oracle/litellm.json).
// Every difference is listed in oracle/differences.json, and none in vain.
func TestOracle(t *testing.T) {
	var theirs struct {
		Source    string
		Providers map[string]observed
	}
	readJSON(t, "litellm.json", &theirs)
	var list []*difference
	readJSON(t, "differences.json", &list)
	if theirs.Source != "litellm==1.81.15" {
		t.Errorf("source: got %q, want litellm==1.81.15", theirs.Source)
	}
	calls, compared := 0, 0
	for _, name := range Names() {
		if native(name) {
			continue
		}
		litellm, known := theirs.Providers[name]
		ours := observe(t, name, litellm.Given)
		calls += 2
		if !known || litellm.NoCall != "" {
			check(t, list, name, "row", ours.Plain.URL, "")
			continue
		}
		compared++
		compare(t, list, name, ours, litellm)
	}
	for name, l := range theirs.Providers {
		if _, ours := Describe(name); !ours && l.Plain != nil && strings.Contains(l.Plain.URL, "/chat/completions") {
			check(t, list, name, "row", "", l.Plain.URL)
		}
	}
	for _, d := range list {
		if d.Field != "infer" && d.used == 0 {
			t.Errorf("differences.json lists a difference that is none: %+v", *d)
		}
		if !strings.HasPrefix(d.Source, "https://") || d.Why == "" {
			t.Errorf("differences.json: entry without source or reason: %+v", *d)
		}
	}
	t.Logf("%d rows, %d of them aliases; %d calls; %d providers compared to %s; %d differences listed",
		len(Names()), len(aliases()), calls, compared, theirs.Source, len(list))
}

// native reports whether a provider has words of its own: it makes no request
// in OpenAI's format, and its golden files hold what it does.
func native(name string) bool {
	i, _ := Describe(name)
	if i.Alias != "" {
		name = i.Alias
	}
	_, own := factories()[name]
	return own && !slices.Contains([]string{"azure", "codestral", "databricks", "huggingface", "mistral"}, name)
}

func compare(t *testing.T, list []*difference, name string, ours, litellm observed) {
	t.Helper()
	check(t, list, name, "url", ours.Plain.URL, litellm.Plain.URL)
	if ours.Plain.URL != "" {
		check(t, list, name, "auth", headerText(ours.Plain.Auth), headerText(litellm.Plain.Auth))
	}
	if ours.Stream.URL != ours.Plain.URL || !maps.Equal(ours.Stream.Auth, ours.Plain.Auth) {
		t.Errorf("%s: a stream goes to %v, a plain call to %v", name, ours.Stream, ours.Plain)
	}
	if s := litellm.Stream; s != nil && s.URL != litellm.Plain.URL {
		check(t, list, name, "stream_url", ours.Stream.URL, s.URL)
	}
	check(t, list, name, "key_env", strings.Join(ours.KeyEnv, " "), variables(list, name, "key_env", litellm.KeyEnv))
	check(t, list, name, "base_env", strings.Join(ours.BaseEnv, " "), variables(list, name, "base_env", litellm.BaseEnv))
	if litellm.Given == "" {
		check(t, list, name, "with_api_base", ours.Based, litellm.Based)
	}
}

// check fails unless both are equal or the difference is listed.
func check(t *testing.T, list []*difference, name, field, ours, litellm string) {
	t.Helper()
	if ours == litellm {
		return
	}
	for _, d := range list {
		if d.Field == field && d.Ours == ours && d.LiteLLM == litellm && slices.Contains(d.Providers, name) {
			d.used++
			return
		}
	}
	t.Errorf("%s: %s: got %q, LiteLLM has %q, and differences.json does not say why", name, field, ours, litellm)
}

// variables are LiteLLM's, without those that an entry drops everywhere.
func variables(list []*difference, name, field string, names []string) string {
	var kept []string
	for _, n := range names {
		dropped := false
		for _, d := range list {
			if d.Field == field && d.Except != nil && d.LiteLLM == n && !slices.Contains(d.Except, name) {
				d.used++
				dropped = true
			}
		}
		if !dropped {
			kept = append(kept, n)
		}
	}
	return strings.Join(kept, " ")
}

func headerText(h map[string]string) string {
	var lines []string
	for name, v := range h {
		lines = append(lines, name+": "+v)
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

// observe calls one of ours as oracle/observe.py calls LiteLLM's. A variable is
// only listed when a call proves that it counts, and in which order.
func observe(t *testing.T, name, base string) observed {
	t.Helper()
	info, _ := Describe(name)
	model := catalogue
	if name == "ai21" {
		model = "jamba-1.5-mini"
	}
	key := env{"api_key": "KEY"}
	seen := observed{
		Plain:  send(t, name, llm.Deployment{Model: model, Base: base, Credential: key}, false),
		Stream: send(t, name, llm.Deployment{Model: model, Base: base, Credential: key}, true),
		Based:  send(t, name, llm.Deployment{Model: model, Base: given, Credential: key}, false).URL,
	}
	for i, n := range info.KeyEnv {
		vars := env{}
		for _, left := range info.KeyEnv[i:] {
			vars[left] = "word-of-" + left
		}
		r := send(t, name, llm.Deployment{Model: model, Base: given, Credential: vars}, false)
		if !strings.Contains(headerText(r.Auth), "word-of-"+n) {
			t.Errorf("%s: with %v set: got %v, want the key of %s", name, info.KeyEnv[i:], r.Auth, n)
			continue
		}
		seen.KeyEnv = append(seen.KeyEnv, n)
	}
	for i, n := range info.BaseEnv {
		vars := env{"api_key": "KEY"}
		for _, left := range info.BaseEnv[i:] {
			vars[left] = "http://" + strings.ToLower(left) + ".test"
		}
		r := send(t, name, llm.Deployment{Model: model, Credential: vars}, false)
		if !strings.HasPrefix(r.URL, vars[n]+"/") {
			t.Errorf("%s: with %v set: got %s, want the address of %s", name, info.BaseEnv[i:], r.URL, n)
			continue
		}
		seen.BaseEnv = append(seen.BaseEnv, n)
	}
	return seen
}

// env is an llm.Credential of fixed values.
type env map[string]string

func (e env) Value(_ context.Context, name string) (string, error) { return e[name], nil }

// send makes one call and returns the request, which is empty when the
// provider refused to make one for want of an address.
func send(t *testing.T, name string, to llm.Deployment, stream bool) *request {
	t.Helper()
	r := &recorder{}
	client := &http.Client{Transport: r}
	p, ok := All(client, client, func() time.Time { return time.Unix(1, 0) }).Lookup(name)
	if !ok {
		t.Fatalf("%s is listed but cannot be looked up", name)
	}
	body := providertest.Object(t, `{"model":"x","messages":[{"role":"user","content":"hi"}]}`)
	to.Provider = name
	call := &llm.Call{Op: llm.Chat, Format: llm.OpenAI, Body: body, Stream: stream, To: &to, Record: &llm.Record{}}
	reply, err := p.Do(context.Background(), call)
	if err != nil {
		if to.Base != "" || !strings.Contains(err.Error(), "needs api_base") {
			t.Errorf("%s: %v", name, err)
		}
		return &r.request
	}
	defer reply.Close()
	if !stream {
		if v, _ := reply.Body.Text("id"); v != "c1" {
			t.Errorf("%s: reply: got id %q, want c1", name, v)
		}
		return &r.request
	}
	last := false
	for ev, err := range reply.Events {
		if err != nil {
			t.Errorf("%s: stream: %v", name, err)
		}
		last = last || ev.Last
	}
	if !last {
		t.Errorf("%s: the stream had no last event", name)
	}
	return &r.request
}

// recorder is an http.RoundTripper that keeps the last request and answers it.
type recorder struct{ request request }

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.request = request{URL: req.URL.String(), Auth: map[string]string{}}
	for name, values := range req.Header {
		if v := values[0]; strings.Contains(v, "KEY") || strings.Contains(v, "word-of-") {
			r.request.Auth[strings.ToLower(name)] = v
		}
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	kind, text := "application/json", `{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[`+
		`{"index":0,"finish_reason":"stop","logprobs":null,"message":{"role":"assistant","content":"hi","refusal":null}}]}`
	if strings.Contains(req.Header.Get("Accept"), "event-stream") {
		kind, text = "text/event-stream", `data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[`+
			`{"index":0,"finish_reason":"stop","delta":{"role":"assistant","content":"hi"}}]}`+"\n\ndata: [DONE]\n\n"
	}
	if !strings.Contains(string(body), `"content":"hi"`) {
		kind, text = "text/plain", "the request lost its message"
	}
	return &http.Response{
		StatusCode: 200, Header: http.Header{"Content-Type": {kind}}, ContentLength: -1,
		Body: io.NopCloser(strings.NewReader(text)), Request: req,
	}, nil
}
