package bedrock

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

// TestModels: what each way to write a model's name means.
func TestModels(t *testing.T) {
	const arn = "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:"
	for _, c := range []struct {
		name, modelID string
		want          model
	}{
		{"anthropic.claude-v2:1", "", model{"anthropic.claude-v2:1", "anthropic.claude-v2:1", "", false}},
		{"us.anthropic.claude-sonnet-4-6", "", model{"us.anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6", "", false}},
		{"eu.amazon.nova-pro-v1:0", "", model{"eu.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0", "", false}},
		{"apac.amazon.nova-pro-v1:0", "", model{"apac.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0", "", false}},
		{"global.amazon.nova-2-lite-v1:0", "", model{"global.amazon.nova-2-lite-v1:0", "amazon.nova-2-lite-v1:0", "", false}},
		{"au.anthropic.claude-haiku-4-5", "", model{"au.anthropic.claude-haiku-4-5", "anthropic.claude-haiku-4-5", "", false}},
		{"jp.anthropic.claude-haiku-4-5", "", model{"jp.anthropic.claude-haiku-4-5", "anthropic.claude-haiku-4-5", "", false}},
		{"us-gov.anthropic.claude-3-haiku", "", model{"us-gov.anthropic.claude-3-haiku", "anthropic.claude-3-haiku", "", false}},
		{"ai21.jamba-1-5-mini-v1:0", "", model{"ai21.jamba-1-5-mini-v1:0", "ai21.jamba-1-5-mini-v1:0", "", false}},
		{"zai.glm-4.7", "", model{"zai.glm-4.7", "zai.glm-4.7", "", false}},
		{"bedrock/us-east-1/cohere.command-r-v1:0", "", model{"cohere.command-r-v1:0", "cohere.command-r-v1:0", "us-east-1", false}},
		{"us-gov-west-1/anthropic.claude-v2", "", model{"anthropic.claude-v2", "anthropic.claude-v2", "us-gov-west-1", false}},
		{"us-east-1/1-month-commitment/anthropic.claude-v2", "", model{"anthropic.claude-v2", "anthropic.claude-v2", "us-east-1", false}},
		{"converse/us.deepseek.r1-v1:0", "", model{"us.deepseek.r1-v1:0", "deepseek.r1-v1:0", "", false}},
		{"invoke/us.deepseek.r1-v1:0", "", model{"us.deepseek.r1-v1:0", "deepseek.r1-v1:0", "", true}},
		{arn + "inference-profile/us.Writer.palmyra-x5", "", model{arn + "inference-profile/us.Writer.palmyra-x5", "Writer.palmyra-x5", "us-gov-west-1", false}},
		{arn + "imported-model/a1", "", model{arn + "imported-model/a1", "a1", "us-gov-west-1", true}},
		{"converse/" + arn + "imported-model/a1", "", model{arn + "imported-model/a1", "a1", "us-gov-west-1", false}},
		{"deepseek_r1/" + arn + "imported-model/a1", "", model{arn + "imported-model/a1", "deepseek_r1." + arn + "imported-model/a1", "us-gov-west-1", true}},
		{"arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Acustom-model-deployment%2Fx", "", model{"arn:aws:bedrock:eu-west-1:1:custom-model-deployment/x", "x", "eu-west-1", false}},
		{"eu-west-3/anthropic.claude-v2", arn + "provisioned-model/p", model{arn + "provisioned-model/p", "anthropic.claude-v2", "us-gov-west-1", false}},
		{"100%", "", model{"100%", "100%", "", false}},
	} {
		d := &llm.Deployment{Model: c.name, Settings: map[string]string{"model_id": c.modelID}}
		if got := modelOf(d); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// TestPath: every byte that a path may not hold is escaped.
func TestPath(t *testing.T) {
	for id, want := range map[string]string{
		"anthropic.claude-v2:1": "/model/anthropic.claude-v2%3A1/converse",
		"a/b c+d?e#f":           "/model/a%2Fb%20c%2Bd%3Fe%23f/converse",
	} {
		if got := (model{id: id}).path("converse"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestPlace: where a deployment is called when nobody gave an address, and when
// somebody did.
func TestPlace(t *testing.T) {
	for _, c := range []struct {
		model, region, endpoint, base, env string
		want                               string
	}{
		{want: "https://bedrock-runtime.us-west-2.amazonaws.com"},
		{env: "ap-south-1", want: "https://bedrock-runtime.ap-south-1.amazonaws.com"},
		{model: "eu-west-1/x", env: "ap-south-1", want: "https://bedrock-runtime.eu-west-1.amazonaws.com"},
		{model: "eu-west-1/x", region: "us-gov-west-1", want: "https://bedrock-runtime.us-gov-west-1.amazonaws.com"},
		{region: "cn-north-1", want: "https://bedrock-runtime.cn-north-1.amazonaws.com.cn"},
		{endpoint: "https://vpce/x", want: "https://vpce/x"},
		{endpoint: "https://vpce/x", base: "https://own/y", want: "https://own/y"},
		{region: "evil.example.com/", want: ""},
	} {
		d := &llm.Deployment{
			Model: c.model, Base: c.base, Credential: secrets{"AWS_REGION": c.env},
			Settings: map[string]string{"aws_region_name": c.region, "aws_bedrock_runtime_endpoint": c.endpoint},
		}
		got, err := place(t.Context(), d, c.base)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%+v: got %q and %v, want %q", c, got, err, c.want)
		}
	}
}

// TestFormats: which format of InvokeModel each maker's models speak.
func TestFormats(t *testing.T) {
	for name, want := range map[string]string{
		"anthropic.claude-3-haiku-20240307-v1:0": "", "amazon.nova-pro-v1:0": "", "openai.gpt-oss-20b-1:0": "", "ai21.jamba-instruct-v1:0": "",
		"qwen.qwen3-32b-v1:0": "", "mistral.pixtral-large-2502-v1:0": "", "cohere.command-r-v1:0": "",
		"amazon.titan-text-lite-v1": "inputText", "meta.llama3-8b-instruct-v1:0": "prompt", "us.meta.llama4-scout-17b-instruct-v1:0": "prompt",
		"mistral.mistral-7b-instruct-v0:2": "prompt", "mistral.mixtral-8x7b-instruct-v0:1": "prompt", "cohere.command-light-text-v14": "prompt",
		"us.deepseek.r1-v1:0": "prompt",
	} {
		got, _ := styleOf(modelOf(&llm.Deployment{Model: "invoke/" + name}))
		if got.prompt != want {
			t.Errorf("%s: got a text in %q, want %q", name, got.prompt, want)
		}
	}
	if f := formatsAt(providertest.Now); f.of(model{name: "claude"}).Encode == nil {
		t.Error("got no format for a Claude by Converse")
	}
}
