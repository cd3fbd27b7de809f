package providers

import (
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/alephalpha"
	"github.com/tollgate-llm/tollgate/providers/anthropic"
	"github.com/tollgate-llm/tollgate/providers/assemblyai"
	"github.com/tollgate-llm/tollgate/providers/azure"
	"github.com/tollgate-llm/tollgate/providers/azureai"
	"github.com/tollgate-llm/tollgate/providers/bedrock"
	"github.com/tollgate-llm/tollgate/providers/cloudflare"
	"github.com/tollgate-llm/tollgate/providers/cohere"
	"github.com/tollgate-llm/tollgate/providers/databricks"
	"github.com/tollgate-llm/tollgate/providers/deepgram"
	"github.com/tollgate-llm/tollgate/providers/demo"
	"github.com/tollgate-llm/tollgate/providers/elevenlabs"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/fal"
	"github.com/tollgate-llm/tollgate/providers/gemini"
	"github.com/tollgate-llm/tollgate/providers/huggingface"
	"github.com/tollgate-llm/tollgate/providers/infinity"
	"github.com/tollgate-llm/tollgate/providers/jina"
	"github.com/tollgate-llm/tollgate/providers/mistral"
	"github.com/tollgate-llm/tollgate/providers/nlpcloud"
	"github.com/tollgate-llm/tollgate/providers/nvidia"
	"github.com/tollgate-llm/tollgate/providers/ollama"
	"github.com/tollgate-llm/tollgate/providers/petals"
	"github.com/tollgate-llm/tollgate/providers/polly"
	"github.com/tollgate-llm/tollgate/providers/predibase"
	"github.com/tollgate-llm/tollgate/providers/recraft"
	"github.com/tollgate-llm/tollgate/providers/replicate"
	"github.com/tollgate-llm/tollgate/providers/sagemaker"
	"github.com/tollgate-llm/tollgate/providers/snowflake"
	"github.com/tollgate-llm/tollgate/providers/stability"
	"github.com/tollgate-llm/tollgate/providers/triton"
	"github.com/tollgate-llm/tollgate/providers/vertex"
	"github.com/tollgate-llm/tollgate/providers/voyage"
	"github.com/tollgate-llm/tollgate/providers/watsonx"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// factory makes a provider, as All says.
type factory func(open, guarded *http.Client, now func() time.Time) llm.Speaker

// of is the factory of a package's New.
func of[P llm.Speaker](make func(open, guarded *http.Client, now func() time.Time) P) factory {
	return func(open, guarded *http.Client, now func() time.Time) llm.Speaker { return make(open, guarded, now) }
}

// factories are those of the providers with words of their own.
func factories() map[string]factory {
	return map[string]factory{
		"aleph_alpha":    of(alephalpha.New),
		"assemblyai":     of(assemblyai.New),
		"aws_polly":      of(polly.New),
		"anthropic":      newAnthropic,
		"azure":          of(azure.New),
		"azure_ai":       of(azureai.New),
		"bedrock":        of(bedrock.New),
		"cloudflare":     of(cloudflare.New),
		"codestral":      of(mistral.NewCodestral),
		"cohere":         of(cohere.New),
		"databricks":     of(databricks.New),
		"deepgram":       of(deepgram.New),
		"elevenlabs":     of(elevenlabs.New),
		"fal_ai":         of(fal.New),
		"gemini":         of(gemini.New),
		"huggingface":    of(huggingface.New),
		"infinity":       of(infinity.New),
		"jina_ai":        of(jina.New),
		"mistral":        of(mistral.New),
		"nlp_cloud":      of(nlpcloud.New),
		"ollama":         of(ollama.New),
		"petals":         of(petals.New),
		"predibase":      of(predibase.New),
		"recraft":        of(recraft.New),
		"replicate":      of(replicate.New),
		"sagemaker":      of(sagemaker.New),
		"sagemaker_chat": of(sagemaker.NewChat),
		"snowflake":      of(snowflake.New),
		"stability":      of(stability.New),
		"triton":         of(triton.New),
		"vertex_ai":      of(vertex.New),
		"voyage":         of(voyage.New),
		"watsonx":        of(watsonx.New),
		Demo:             func(_, _ *http.Client, now func() time.Time) llm.Speaker { return demo.New(now) },
	}
}

// others are the operations of a row's vendor that are not OpenAI's.
func others(name string) map[llm.Op]wire.Codec {
	switch name {
	case "fireworks_ai": // https://docs.fireworks.ai/api-reference/rerank-documents
		return map[llm.Op]wire.Codec{llm.Rerank: embed.Ranker{List: "data", Echoes: true}.Codec()}
	case "nvidia_nim":
		return map[llm.Op]wire.Codec{llm.Embeddings: nvidia.Embeddings(), llm.Rerank: nvidia.Ranking()}
	case "together_ai": // https://docs.together.ai/reference/rerank-1
		return map[llm.Op]wire.Codec{llm.Rerank: embed.Ranker{Objects: true}.Codec()}
	}
	return nil
}

func newAnthropic(open, guarded *http.Client, now func() time.Time) llm.Speaker {
	i, _ := Describe("anthropic")
	return &wire.Provider{
		Name: i.Name, Base: i.Base, BaseEnv: i.BaseEnv, KeyEnv: i.KeyEnv,
		Auth: wire.Header("X-Api-Key"), Dialect: anthropic.Dialect(now), Client: open, Guarded: guarded,
	}
}

// coded describes the providers that are no rows, in alphabetical order. Words
// in braces are a deployment's own.
var coded = [...]Info{
	{Name: "aleph_alpha", Base: alephalpha.Base, KeyEnv: alephalpha.KeyEnv(), BaseEnv: alephalpha.BaseEnv()},
	{
		Name: "anthropic", Base: "https://api.anthropic.com",
		KeyEnv: []string{"ANTHROPIC_API_KEY"}, BaseEnv: []string{"ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"},
	},
	{Name: "assemblyai", Base: assemblyai.ChatBase, KeyEnv: assemblyai.KeyEnv(), Hosts: []string{"api.assemblyai.com"}},
	{Name: "aws_polly", Base: "https://polly.{region}.amazonaws.com", BaseEnv: polly.BaseEnv(), NoKey: true},
	{Name: "azure", KeyEnv: azure.KeyEnv(), BaseEnv: azure.BaseEnv()},
	{Name: "azure_ai", KeyEnv: azureai.KeyEnv(), BaseEnv: azureai.BaseEnv()},
	{Name: "bedrock", Base: "https://bedrock-runtime.{region}.amazonaws.com", KeyEnv: bedrock.KeyEnv(), BaseEnv: bedrock.BaseEnv(), NoKey: true},
	{
		Name: "cloudflare", Base: "https://api.cloudflare.com/client/v4/accounts/{account}",
		KeyEnv: cloudflare.KeyEnv(), BaseEnv: cloudflare.BaseEnv(),
	},
	{Name: "codestral", Base: mistral.CodestralBase, KeyEnv: mistral.CodestralKeyEnv(), BaseEnv: mistral.CodestralBaseEnv()},
	{Name: "cohere", Base: cohere.Base, KeyEnv: cohere.KeyEnv(), BaseEnv: cohere.BaseEnv()},
	{Name: "databricks", KeyEnv: databricks.KeyEnv(), BaseEnv: databricks.BaseEnv()},
	{Name: Demo, Base: "built in", NoKey: true},
	{Name: "deepgram", Base: deepgram.Base, KeyEnv: deepgram.KeyEnv(), BaseEnv: deepgram.BaseEnv()},
	{Name: "elevenlabs", Base: elevenlabs.Base, KeyEnv: elevenlabs.KeyEnv(), BaseEnv: elevenlabs.BaseEnv()},
	{Name: "fal_ai", Base: fal.Base, KeyEnv: fal.KeyEnv(), BaseEnv: fal.BaseEnv()},
	{Name: "gemini", Base: gemini.Base, KeyEnv: gemini.KeyEnv(), BaseEnv: gemini.BaseEnv()},
	{Name: "huggingface", Base: huggingface.Base, KeyEnv: huggingface.KeyEnv(), BaseEnv: huggingface.BaseEnv()},
	{Name: "infinity", KeyEnv: infinity.KeyEnv(), BaseEnv: infinity.BaseEnv(), NoKey: true},
	{Name: "jina_ai", Base: jina.Base, KeyEnv: jina.KeyEnv(), BaseEnv: jina.BaseEnv()},
	{Name: "mistral", Base: mistral.Base, KeyEnv: mistral.KeyEnv(), BaseEnv: mistral.BaseEnv()},
	{Name: "nlp_cloud", Base: nlpcloud.Base, KeyEnv: nlpcloud.KeyEnv(), BaseEnv: nlpcloud.BaseEnv()},
	{Name: "ollama", Base: ollama.Base, KeyEnv: ollama.KeyEnv(), BaseEnv: ollama.BaseEnv(), NoKey: true, Hosts: []string{"ollama.com"}},
	{Name: "petals", KeyEnv: petals.KeyEnv(), BaseEnv: petals.BaseEnv(), NoKey: true},
	{Name: "predibase", Base: predibase.Base, KeyEnv: predibase.KeyEnv(), BaseEnv: predibase.BaseEnv()},
	{Name: "recraft", Base: recraft.Base, KeyEnv: recraft.KeyEnv(), BaseEnv: recraft.BaseEnv()},
	{Name: "replicate", Base: replicate.Base, KeyEnv: replicate.KeyEnv(), BaseEnv: replicate.BaseEnv()},
	{Name: "sagemaker", Base: "https://runtime.sagemaker.{region}.amazonaws.com", BaseEnv: sagemaker.BaseEnv(), NoKey: true},
	{Name: "sagemaker_chat", Base: "https://runtime.sagemaker.{region}.amazonaws.com", BaseEnv: sagemaker.BaseEnv(), NoKey: true},
	{Name: "snowflake", Base: "https://{account}.snowflakecomputing.com", KeyEnv: snowflake.KeyEnv(), BaseEnv: snowflake.BaseEnv()},
	{Name: "stability", Base: stability.Base, KeyEnv: stability.KeyEnv(), BaseEnv: stability.BaseEnv()},
	{Name: "triton", KeyEnv: triton.KeyEnv(), BaseEnv: triton.BaseEnv(), NoKey: true},
	{Name: "vertex_ai", Base: "https://{location}-aiplatform.googleapis.com", BaseEnv: vertex.BaseEnv(), NoKey: true},
	{Name: "voyage", Base: voyage.Base, KeyEnv: voyage.KeyEnv(), BaseEnv: voyage.BaseEnv()},
	{Name: "watsonx", KeyEnv: watsonx.KeyEnv(), BaseEnv: watsonx.BaseEnv()},
}

// aliases are other names of a provider.
func aliases() map[string]string {
	return map[string]string{
		"ai21":             "ai21_chat",
		"aiohttp_openai":   "openai",
		"bedrock_converse": "bedrock",
		"cohere_chat":      "cohere",
		"google":           "gemini",
		"ollama_chat":      "ollama",
		"vertex_ai_beta":   "vertex_ai",
		"vllm":             "hosted_vllm",
	}
}
