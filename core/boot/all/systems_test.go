package all_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/config"
)

// systems are the model systems that LiteLLM's documents name, each with a
// model as they write it and what a user must have set.
var systems = []struct{ model, base, vars string }{
	{"ai21/jamba-mini", "", "AI21_API_KEY"},
	{"aleph_alpha/luminous-base", "", "ALEPH_ALPHA_API_KEY"},
	{"anthropic/claude-3-opus-20240229", "", "ANTHROPIC_API_KEY"},
	{"azure/gpt-deployment", "https://my.openai.azure.com", "AZURE_API_KEY"},
	{"azure_ai/command-r-plus", "https://my.services.ai.azure.com", "AZURE_AI_API_KEY"},
	{"baseten/openai/gpt-oss-120b", "", "BASETEN_API_KEY"},
	{"bedrock/anthropic.claude-3-sonnet-v1:0", "", "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION_NAME"},
	{"claude-3-haiku-20240307", "", "ANTHROPIC_API_KEY"},
	{"cloudflare/@cf/meta/llama-3.1-8b-instruct", "", "CLOUDFLARE_API_KEY CLOUDFLARE_ACCOUNT_ID"},
	{"codestral/codestral-latest", "", "CODESTRAL_API_KEY"},
	{"cohere/command-r-plus", "", "COHERE_API_KEY"},
	{"cohere_chat/command-r-plus", "", "COHERE_API_KEY"},
	{"custom_openai/any", "https://llm.example.com/v1", ""},
	{"databricks/databricks-meta-llama-3-3-70b-instruct", "https://my.cloud.databricks.com/serving-endpoints", "DATABRICKS_API_KEY"},
	{"deepinfra/meta-llama/Llama-2-70b-chat-hf", "", "DEEPINFRA_API_KEY"},
	{"deepseek/deepseek-chat", "", "DEEPSEEK_API_KEY"},
	{"fireworks_ai/llama-v3p1-8b", "", "FIREWORKS_API_KEY"},
	{"gemini/gemini-1.5-pro-latest", "", "GEMINI_API_KEY"},
	{"google/gemini-1.5-pro-latest", "", "GOOGLE_API_KEY"},
	{"gpt-3.5-turbo", "", "OPENAI_API_KEY"},
	{"groq/llama3-8b-8192", "", "GROQ_API_KEY"},
	{"hosted_vllm/facebook/opt-125m", "https://vllm.example.com/v1", ""},
	{"huggingface/HuggingFaceH4/zephyr-7b-beta", "", "HUGGINGFACE_API_KEY"},
	{"huggingface/tinyllama", "https://my.endpoints.huggingface.cloud", "HUGGINGFACE_API_KEY"},
	{"maritalk/sabia-3", "", "MARITALK_API_KEY"},
	{"mistral/mistral-large-latest", "", "MISTRAL_API_KEY"},
	{"nlp_cloud/chatdolphin", "", "NLP_CLOUD_API_KEY"},
	{"ollama/llama2", "", ""},
	{"ollama_chat/llama3", "", ""},
	{"oobabooga/any", "https://webui.example.com", ""},
	{"openai/custom", "https://llm.example.com/v1", ""},
	{"openai/gpt-4o", "", "OPENAI_API_KEY"},
	{"openrouter/google/palm-2-chat-bison", "", "OPENROUTER_API_KEY"},
	{"perplexity/sonar", "", "PERPLEXITYAI_API_KEY"},
	{"petals/petals-team/StableBeluga2", "https://chat.petals.dev", ""},
	{"predibase/llama-3-8b-instruct", "", "PREDIBASE_API_KEY PREDIBASE_TENANT_ID"},
	{"replicate/meta/llama-2-70b-chat", "", "REPLICATE_API_KEY"},
	{"sagemaker_chat/my-endpoint", "", "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION_NAME"},
	{"snowflake/mistral-7b", "", "SNOWFLAKE_JWT SNOWFLAKE_ACCOUNT_ID"},
	{"together_ai/togethercomputer/llama-2-70b-chat", "", "TOGETHERAI_API_KEY"},
	{"triton/llama-3-8b-instruct", "https://triton.example.com/v2/models/llama/generate", ""},
	{"vertex_ai/gemini-1.5-flash-001", "", "VERTEX_PROJECT VERTEX_LOCATION"},
	{"vllm/facebook/opt-125m", "https://vllm.example.com/v1", ""},
	{"watsonx/ibm/granite-3-8b-instruct", "https://us-south.ml.cloud.ibm.com", "WATSONX_APIKEY WATSONX_PROJECT_ID"},
	{"xinference/any", "https://xinference.example.com/v1", ""},
}

// replies are what vendors say to a chat, by the end of the path asked. A
// token service answers too. Any other path is asked in OpenAI's words.
var replies = []struct{ path, says string }{
	{"/v1/messages", `{"id":"1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}`},
	{":generateContent", `{"candidates":[{"content":{"parts":[{"text":"Hello"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2},"responseId":"1","modelVersion":"m"}`},
	{"/converse", `{"output":{"message":{"role":"assistant","content":[{"text":"Hello"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}`},
	{"/v2/chat", `{"id":"1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":"Hello"}]},"usage":{"tokens":{"input_tokens":1,"output_tokens":1}}}`},
	{"/api/chat", `{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"Hello"},"done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":1}`},
	{"/predictions", `{"id":"1","status":"succeeded","output":["Hello"],"metrics":{"input_token_count":1,"output_token_count":1}}`},
	{"/chatbot", `{"response":"Hello","history":[]}`},
	{"/complete", `{"model_version":"1","completions":[{"completion":"Hello","finish_reason":"end_of_text"}]}`},
	{"/api/v1/generate", `{"ok":true,"outputs":"Hello"}`},
	{"/llama/generate", `{"model_name":"m","model_version":"1","text_output":"Hello"}`},
	{"/generate", `{"generated_text":"Hello","details":{"finish_reason":"eos_token","generated_tokens":1,"prefill":[]}}`},
	{"/identity/token", `{"access_token":"token","expires_in":3600}`},
	{"/token", `{"access_token":"token","expires_in":3600,"token_type":"Bearer"}`},
	{"", `{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`},
}

// vendors answers as whoever is asked.
type vendors struct{}

func (vendors) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
	}
	for _, reply := range replies {
		if strings.HasSuffix(r.URL.Path, reply.path) {
			return &http.Response{
				StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}},
				Body: io.NopCloser(strings.NewReader(reply.says)), ContentLength: int64(len(reply.says)), Request: r,
			}, nil
		}
	}
	panic("unreachable: the last reply fits every path")
}

// TestSystems: each answers a chat over HTTP, by the name that the documents
// give it.
func TestSystems(t *testing.T) {
	for _, s := range systems {
		t.Run(s.model, func(t *testing.T) {
			set := map[string]string{}
			for _, name := range strings.Fields(s.vars) {
				set[name] = "us-east-1"
			}
			if strings.HasPrefix(s.model, "vertex_ai/") {
				set["VERTEXAI_CREDENTIALS"] = serviceAccount(t)
			}
			setup, _, err := all.Load(all.Options{
				Model: config.Model{Model: s.model, APIBase: s.base}, Getenv: env(set), Transport: vendors{},
			})
			if err != nil {
				t.Fatal(err)
			}
			app, err := setup.Open()
			if err != nil {
				t.Fatal(err)
			}
			for _, warning := range app.Warnings() {
				t.Error(warning)
			}
			h, err := app.Handler(boot.Everything())
			if err != nil {
				t.Fatal(err)
			}
			body, _ := json.Marshal(map[string]any{"model": s.model, "messages": []any{map[string]string{"role": "user", "content": "hi"}}})
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/v1/chat/completions", bytes.NewReader(body)))
			var reply struct {
				Choices []struct{ Message struct{ Content string } }
			}
			if err := json.Unmarshal(w.Body.Bytes(), &reply); err != nil || w.Code != 200 || len(reply.Choices) != 1 || reply.Choices[0].Message.Content != "Hello" {
				t.Errorf("got %d %s, want the vendor's Hello", w.Code, w.Body)
			}
		})
	}
}

// serviceAccount is a key file of Google's whose token service is the test's.
func serviceAccount(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file, _ := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "p", "private_key_id": "1", "client_email": "a@p.iam.gserviceaccount.com",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "token_uri": "https://oauth2.googleapis.com/token",
	})
	return string(file)
}
