package providertest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// readCall takes the gateway's own members out, as the gateway does, and the
// files, which lie in a folder.
func readCall(t *testing.T, folder string, text []byte) llm.Call {
	t.Helper()
	body, err := raw.Parse(bytes.TrimSpace(text))
	if err != nil {
		t.Fatalf("call: %v", err)
	}
	var own struct {
		Op, Format    string
		Model         string
		Stream        json.RawMessage
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
	body = body.Without("op", "format", "drop_params", "extra_headers", "model_info", "api_base")
	op, format := opNamed(t, own.Op), formatNamed(t, own.Format)
	if format == llm.Gemini { // says both in the address
		body = body.Without("model", "stream")
	}
	body, files := attached(t, folder, body)
	return llm.Call{
		Op: op, Format: format, To: to, Body: configured(body, to), Files: files,
		Stream:  string(own.Stream) == "true" || string(own.Stream) == `"true"`,
		Options: llm.Options{DropParams: own.DropParams, IncludeUsage: own.StreamOptions.Usage, ExtraHeaders: header},
	}
}

// opNamed is the operation of a name, with underscores for its spaces; chat
// without one.
func opNamed(t *testing.T, name string) llm.Op {
	t.Helper()
	if name == "" {
		return llm.Chat
	}
	for op := llm.Chat; op <= llm.Speech; op++ {
		if strings.ReplaceAll(op.String(), " ", "_") == name {
			return op
		}
	}
	t.Fatalf("call: got op %q, want an operation", name)
	return 0
}

// formats are their names.
var formats = [...]string{
	llm.OpenAI: "openai", llm.Completions: "completions", llm.Responses: "responses", llm.Messages: "messages", llm.Gemini: "gemini",
}

// formatNamed is the format of a name; OpenAI's without one.
func formatNamed(t *testing.T, name string) llm.Format {
	t.Helper()
	if name == "" {
		return llm.OpenAI
	}
	i := slices.Index(formats[:], name)
	if i < 0 {
		t.Fatalf("call: got format %q, want one of %q", name, formats)
	}
	return llm.Format(i)
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
