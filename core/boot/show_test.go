package boot_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot"
)

// showing has models whose requests differ, none of which may be sent.
const showing = `
model_list:
  - {model_name: gpt, litellm_params: {model: openai/gpt-4o, api_base: "$UP?key=sk-in-address", api_key: sk-upstream, extra_headers: {X-Org-Key: sk-own, Helicone-Id: acme}, temperature: 0.5}}
  - {model_name: claude, litellm_params: {model: anthropic/claude-sonnet-4-5}}
  - {model_name: azure, litellm_params: {model: azure/my-gpt, api_base: "https://a.openai.azure.com", api_version: 2024-10-21, azure_ad_token: sk-ad}}
  - {model_name: titan, litellm_params: {model: bedrock/converse/anthropic.claude-3-sonnet, aws_region_name: us-west-2}}
general_settings: {master_key: sk-master}
`

// TestTransform: what a provider would be sent, without its credentials, and
// nothing is.
func TestTransform(t *testing.T) {
	h := open(t, showing)
	for _, c := range []struct{ kind, body, want string }{
		{
			"completion", `{"model":"gpt","messages":[{"role":"user","content":"hi"}],"num_retries":2}`,
			`{"error":null,"raw_request_api_base":"$UP/chat/completions?key=****","raw_request_body":{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}],"temperature":0.5},` +
				`"raw_request_headers":{"Accept":"application/json","Content-Type":"application/json","Helicone-Id":"****","User-Agent":"tollgate","X-Org-Key":"****"}}`,
		},
		{"acompletion", `{"model":"claude","messages":[{"role":"user","content":"hi"}],"max_tokens":9,"stream":true}`, `"raw_request_body":{"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],"stream":true}`},
		{"anthropic_messages", `{"model":"gpt","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}`, `"messages":[{"role":"user","content":"hi"}]`},
		{"embedding", `{"model":"azure","input":["a"]}`, `"raw_request_api_base":"https://a.openai.azure.com/openai/deployments/my-gpt/embeddings?api-version=2024-10-21"`},
		{"completion", `{"model":"titan","messages":[{"role":"user","content":"hi"}]}`, `"raw_request_api_base":"https://bedrock-runtime.us-west-2.amazonaws.com/model/anthropic.claude-3-sonnet/converse"`},
		{"completion", `{"model":"claude","messages":[{"role":"user","content":"hi"}],"logit_bias":{"1":2}}`, `"param":"logit_bias"`},
		{"completion", `{"model":"none","messages":[]}`, "Invalid model name"},
		{"completion", `{"model":"gpt"}`, "messages is required"},
		{"completion", `7`, "request_body must be an object"},
		{"train", `{}`, "call_type must be one of"},
	} {
		a := h.do(t, "POST", "/utils/transform_request", `{"call_type":"`+c.kind+`","request_body":`+c.body+`}`, "Authorization: Bearer sk-master")
		if want := strings.ReplaceAll(c.want, "$UP", h.URL+"/v1"); !strings.Contains(a.body, want) {
			t.Errorf("%s: got %s, want %s", c.body, a.body, want)
		}
		if strings.Contains(a.body, "sk-") {
			t.Errorf("%s: got a secret in %s", c.body, a.body)
		}
	}
	if n := len(h.Exchanges()); n != 0 {
		t.Errorf("got %d requests at the provider's, want none", n)
	}
}

// TestSupported: the parameters that can be said in the provider's words,
// whatever the deployment drops.
func TestSupported(t *testing.T) {
	h := open(t, showing)
	for model, want := range map[string]struct{ has, lacks []string }{
		"gpt":    {[]string{"temperature", "logit_bias", "n", "seed", "stream_options", "audio", "tool_choice"}, nil},
		"claude": {[]string{"temperature", "stop", "tools", "tool_choice", "stream", "reasoning_effort"}, []string{"logit_bias", "n", "seed", "audio"}},
		"titan":  {[]string{"max_tokens", "top_p", "tools"}, []string{"logit_bias", "logprobs", "audio"}},
	} {
		a := h.do(t, "GET", "/utils/supported_openai_params?model="+model, "", "Authorization: Bearer sk-master")
		var got struct {
			Params []string `json:"supported_openai_params"`
		}
		if err := json.Unmarshal([]byte(a.body), &got); err != nil {
			t.Fatalf("%s: %v in %s", model, err, a.body)
		}
		all := " " + strings.Join(got.Params, " ") + " "
		for _, p := range want.has {
			if !strings.Contains(all, " "+p+" ") {
				t.Errorf("%s: got%s, want %s", model, all, p)
			}
		}
		for _, p := range want.lacks {
			if strings.Contains(all, " "+p+" ") {
				t.Errorf("%s: got%s, want no %s", model, all, p)
			}
		}
	}
	if n := len(h.Exchanges()); n != 0 {
		t.Errorf("got %d requests at the provider's, want none", n)
	}
}

// translator has a format of its own: a text and a language.
type translator struct{}

func (translator) Request(request json.RawMessage) (json.RawMessage, error) {
	var in struct {
		Text, Language string
		Live           bool
	}
	if err := json.Unmarshal(request, &in); err != nil || in.Text == "" {
		return nil, errors.New("text is required")
	}
	return json.Marshal(map[string]any{"model": "text", "stream": in.Live, "messages": []map[string]string{{"role": "user", "content": in.Text + " in " + in.Language}}})
}

func (translator) Reply(request, completion json.RawMessage) (json.RawMessage, error) {
	var in struct{ Task string }
	var out struct {
		Choices []struct{ Message struct{ Content string } }
	}
	if err := errors.Join(json.Unmarshal(request, &in), json.Unmarshal(completion, &out)); err != nil {
		return nil, err
	}
	if in.Task == "break" {
		return []byte("no object"), nil
	}
	return json.Marshal(map[string]string{"task": in.Task, "translated": out.Choices[0].Message.Content})
}

// live is a translator that can be asked for streams.
type live struct{ translator }

func (live) Chunk(_, chunk json.RawMessage) (json.RawMessage, error) {
	var in struct {
		Choices []struct{ Delta struct{ Content string } }
	}
	if err := json.Unmarshal(chunk, &in); err != nil {
		return nil, err
	}
	if len(in.Choices) == 0 || in.Choices[0].Delta.Content == "" {
		return nil, nil
	}
	return json.Marshal(map[string]string{"piece": in.Choices[0].Delta.Content})
}

// TestAdapters: callers speak the operator's own formats, plain and streamed.
func TestAdapters(t *testing.T) {
	h := open(t, `
model_list:
  - {model_name: text, litellm_params: {model: openai/text, api_base: $UP, api_key: sk-upstream}}
`)
	for _, c := range []struct {
		path, body string
		status     int
		want       string
	}{
		{"/v1/adapters/plain/completions", `{"task":"7","text":"hi","language":"French"}`, 200, `{"task":"7","translated":"` + eight + `"}`},
		{"/adapters/live/completions", `{"text":"hi","live":true}`, 200, "data: {\"piece\":\"alpha\"}\n\n"},
		{"/adapters/plain/completions", `{"text":"hi","live":true}`, 400, "the adapter plain has no streams"},
		{"/adapters/plain/completions", `{}`, 400, "text is required"},
		{"/adapters/plain/completions", `{"text":"hi","task":"break"}`, 500, "the adapter plain failed"},
		{"/adapters/none/completions", `{}`, 404, "there is no adapter none"},
	} {
		a := h.do(t, "POST", c.path, c.body)
		if a.status != c.status || !strings.Contains(a.body, c.want) {
			t.Errorf("%s %s: got %d %s, want %d %s", c.path, c.body, a.status, a.body, c.status, c.want)
		}
	}
	a := h.do(t, "POST", "/adapters/live/completions", `{"text":"hi","live":true}`)
	if strings.Contains(a.body, "choices") || !strings.HasSuffix(a.body, "data: [DONE]\n\n") {
		t.Errorf("got %q, want the adapter's chunks alone", a.body)
	}
}

var adapters = map[string]boot.Adapter{"plain": translator{}, "live": live{}}
