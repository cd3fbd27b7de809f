package providertest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// golden is one file.
type golden struct {
	name    string
	archive *txtar.Archive
	call    llm.Call
	request string
	answer  answer
	reply   string
}

// answer is what the vendor says.
type answer struct {
	status int
	header http.Header
	body   []byte
}

var parts = [...]string{"source", "call", "upstream request", "upstream response", "reply"}

// sources are the ways to name where the vendor's side comes from.
var sources = regexp.MustCompile(`^([a-z0-9-]+==[0-9.]+|https://\S+)`)

func read(t *testing.T, name string) golden {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Files) != len(parts) {
		t.Fatalf("%s: got %d parts, want %q", name, len(a.Files), parts)
	}
	for i, f := range a.Files {
		if f.Name != parts[i] {
			t.Fatalf("%s: part %d is %q, want %q", name, i, f.Name, parts[i])
		}
	}
	if source := string(a.Files[0].Data); !sources.MatchString(source) {
		t.Errorf("source: got %q, want package==version or a page", source)
	}
	return golden{
		name: name, archive: a,
		call: readCall(t, a.Files[1].Data), request: string(a.Files[2].Data),
		answer: readAnswer(t, a.Files[3].Data), reply: string(a.Files[4].Data),
	}
}

// readCall takes the gateway's own members out, as the gateway does.
func readCall(t *testing.T, text []byte) llm.Call {
	t.Helper()
	body, err := raw.Parse(bytes.TrimSpace(text))
	if err != nil {
		t.Fatalf("call: %v", err)
	}
	var own struct {
		Model         string
		Stream        bool
		DropParams    *bool             `json:"drop_params"`
		Headers       map[string]string `json:"extra_headers"`
		Base          string            `json:"api_base"`
		Version       string            `json:"api_version"`
		Token         string            `json:"azure_ad_token"`
		StreamOptions struct {
			Usage bool `json:"include_usage"`
		} `json:"stream_options"`
		Info struct {
			MaxOutput int `json:"max_output_tokens"`
		} `json:"model_info"`
	}
	if err := json.Unmarshal(text, &own); err != nil {
		t.Fatalf("call: %v", err)
	}
	header := http.Header{}
	for k, v := range own.Headers {
		header.Set(k, v)
	}
	provider, model, ok := strings.Cut(own.Model, "/")
	if !ok {
		provider, model = "", own.Model
	}
	credential := secrets{"api_key": "KEY"}
	if own.Token != "" {
		credential = secrets{"azure_ad_token": own.Token}
	}
	to := &llm.Deployment{
		Provider: provider, Model: model, Base: own.Base, Credential: credential,
		Info: llm.Model{MaxOutput: own.Info.MaxOutput},
	}
	if own.Version != "" {
		to.Settings = map[string]string{"api_version": own.Version}
	}
	return llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Stream: own.Stream, To: to,
		Body:    body.Without("drop_params", "extra_headers", "model_info", "api_base", "api_version", "azure_ad_token"),
		Options: llm.Options{DropParams: own.DropParams, IncludeUsage: own.StreamOptions.Usage, ExtraHeaders: header},
	}
}

func readAnswer(t *testing.T, text []byte) answer {
	t.Helper()
	if len(bytes.TrimSpace(text)) == 0 {
		return answer{status: http.StatusTeapot} // of a call that must not be sent
	}
	res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(text)), nil)
	if err != nil {
		t.Fatalf("upstream response: %v", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("upstream response: %v", err)
	}
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		body = bytes.TrimSuffix(body, []byte("\n")) // the part's, not the answer's
	}
	return answer{res.StatusCode, res.Header, body}
}

// write replaces the reply.
func (c golden) write(t *testing.T, reply string) {
	t.Helper()
	c.archive.Files[len(parts)-1].Data = []byte(reply)
	if err := os.WriteFile(c.name, txtar.Format(c.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
