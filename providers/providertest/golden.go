package providertest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
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
	answers []answer // one for each request; most calls make one
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
		answers: readAnswers(t, a.Files[3].Data), reply: string(a.Files[4].Data),
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
	to := &llm.Deployment{
		Provider: provider, Model: model, Base: own.Base, Credential: secrets{"api_key": "KEY"},
		Settings: map[string]string{}, Info: llm.Model{MaxOutput: own.Info.MaxOutput},
	}
	body = body.Without("drop_params", "extra_headers", "model_info", "api_base")
	return llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Stream: own.Stream, To: to, Body: configured(body, to),
		Options: llm.Options{DropParams: own.DropParams, IncludeUsage: own.StreamOptions.Usage, ExtraHeaders: header},
	}
}

// configured takes a deployment's settings and secrets out of a call. With a
// secret there, there is no api_key but the one it gives itself.
func configured(body raw.Object, to *llm.Deployment) raw.Object {
	given := secrets{}
	for name := range body.All() {
		text, _ := body.Text(name)
		switch {
		case slices.Contains(secretNames, name), strings.ToUpper(name) == name:
			given[name] = text
		case slices.Contains(settingNames, name):
			to.Settings[name] = text
		default:
			continue
		}
		body = body.Without(name)
	}
	if len(given) > 0 {
		to.Credential = given
	}
	return body
}

// settingNames and secretNames are the members of litellm_params that the
// configuration gives a deployment apart from its request's. A name in capitals
// is an environment variable.
var (
	settingNames = strings.Fields(`api_version organization project region_name vertex_project vertex_location
		vertex_ai_project vertex_ai_location aws_region_name aws_role_name aws_session_name aws_profile_name
		aws_sts_endpoint aws_external_id aws_bedrock_runtime_endpoint sagemaker_base_url model_id
		watsonx_region_name project_id space_id deployment_id tenant_id client_id azure_username azure_scope
		base_model hf_model_name account_id prompt_template add_function_to_prompt`)
	secretNames = strings.Fields(`api_key azure_ad_token client_secret azure_password aws_access_key_id
		aws_secret_access_key aws_session_token aws_web_identity_token vertex_credentials vertex_ai_credentials token zen_api_key`)
)

// next separates the exchanges of a call that makes several.
const next = "---- next\n"

// readAnswers reads what the vendor says, once for each request.
func readAnswers(t *testing.T, text []byte) []answer {
	t.Helper()
	var all []answer
	for _, one := range bytes.Split(text, []byte(next)) {
		all = append(all, readAnswer(t, one))
	}
	return all
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
	switch kind := res.Header.Get("Content-Type"); {
	case kind == eventStream:
		body = encodeEvents(t, body)
	case !strings.HasPrefix(kind, "text/event-stream") && !strings.Contains(kind, "ndjson"):
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
