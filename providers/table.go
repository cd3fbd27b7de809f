package providers

import (
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/openai"
)

// maxTokens is the quirk of vendors whose reference knows only the older name
// of the limit.
var maxTokens = map[string]string{"max_completion_tokens": "max_tokens"}

// table has one row per provider whose API is OpenAI's, in alphabetical order.
// What it offers beside chat is what its own reference lists, or LiteLLM calls
// (provider_endpoints_support.json and its embedding, transcription, speech and
// image_generation functions).
// A base of "" means that every user has their own; a vendor whose documents
// name no variable has NAME_API_KEY.
var table = [...]row{
	{name: "abliteration", base: "https://api.abliteration.ai/v1", key: "ABLITERATION_API_KEY"},
	// https://docs.ai21.com/reference/jamba-1-6-api-ref
	{name: "ai21_chat", base: "https://api.ai21.com/studio/v1", key: "AI21_API_KEY", baseEnv: "AI21_API_BASE", quirks: openai.Quirks{Rename: maxTokens}},
	{name: "aihubmix", base: "https://aihubmix.com/v1", key: "AIHUBMIX_API_KEY", baseEnv: "AIHUBMIX_API_BASE", offers: ops{llm.Embeddings: {}, llm.Moderations: {}, llm.Images: {}, llm.Transcriptions: {}, llm.Speech: {}}},
	{name: "aiml", base: "https://api.aimlapi.com/v1", key: "AIML_API_KEY", baseEnv: "AIML_API_BASE", offers: ops{llm.Embeddings: {}}},
	// https://playground.akashml.com/docs/getting-started/introduction
	{name: "akashml", base: "https://api.akashml.com/v1", key: "AKASHML_API_KEY"},
	{name: "amazon_nova", base: "https://api.nova.amazon.com/v1", key: "AMAZON_NOVA_API_KEY", baseEnv: "AMAZON_NOVA_API_BASE"},
	{name: "apertis", base: "https://api.stima.tech/v1", key: "STIMA_API_KEY", offers: ops{llm.Embeddings: {}}, text: true},
	// https://docs.baseten.co/inference/calling-your-model
	{name: "baseten", base: "https://inference.baseten.co/v1", key: "BASETEN_API_KEY", place: baseten},
	// https://docs.bigmodel.cn/api-reference/模型-api/对话补全 (the same company's API as zai's, with other keys)
	{name: "bigmodel", base: "https://open.bigmodel.cn/api/paas/v4", key: "BIGMODEL_API_KEY", baseEnv: "BIGMODEL_API_BASE", quirks: zhipu},
	{name: "cerebras", base: "https://api.cerebras.ai/v1", key: "CEREBRAS_API_KEY", baseEnv: "CEREBRAS_API_BASE"},
	{name: "charity_engine", base: "https://api.charityengine.services/remotejobs/v2/inference", key: "CHARITY_ENGINE_API_KEY"},
	{name: "chutes", base: "https://llm.chutes.ai/v1", key: "CHUTES_API_KEY", offers: ops{llm.Embeddings: {}}, text: true},
	// https://docs.clarifai.com/compute/inference/open-ai (the documents' variable is CLARIFAI_PAT, LiteLLM's the other)
	{name: "clarifai", base: "https://api.clarifai.com/v2/ext/openai/v1", key: "CLARIFAI_API_KEY CLARIFAI_PAT"},
	{name: "cometapi", base: "https://api.cometapi.com/v1", key: "COMETAPI_KEY COMETAPI_API_KEY", baseEnv: "COMETAPI_API_BASE", offers: ops{llm.Embeddings: {}}},
	{name: "compactifai", base: "https://api.compactif.ai/v1", key: "COMPACTIFAI_API_KEY"},
	// https://docs.cortecs.ai/api-overview/chat-completions
	{name: "cortecs", base: "https://api.cortecs.ai/v1", key: "CORTECS_API_KEY", baseEnv: "CORTECS_API_BASE"},
	{name: "crusoe", base: "https://api.inference.crusoecloud.com/v1", key: "CRUSOE_API_KEY", baseEnv: "CRUSOE_API_BASE", hosts: "managed-inference-api-proxy.crusoecloud.com"},
	{name: "custom_openai", key: "OPENAI_API_KEY", baseEnv: "OPENAI_BASE_URL OPENAI_API_BASE", noKey: true, offers: openai.Everything(), text: true},
	{name: "dashscope", base: "https://dashscope.aliyuncs.com/compatible-mode/v1", key: "DASHSCOPE_API_KEY", baseEnv: "DASHSCOPE_API_BASE", hosts: "dashscope-intl.aliyuncs.com", offers: ops{llm.Embeddings: {}}},
	{name: "datarobot", base: "https://app.datarobot.com/api/v2/genai/llmgw", key: "DATAROBOT_API_TOKEN", baseEnv: "DATAROBOT_ENDPOINT", quirks: openai.Quirks{Path: "/chat/completions/"}, place: datarobot},
	{name: "deepinfra", base: "https://api.deepinfra.com/v1/openai", key: "DEEPINFRA_API_KEY", baseEnv: "DEEPINFRA_API_BASE", offers: ops{llm.Embeddings: {}, llm.Images: {}, llm.Transcriptions: {}, llm.Speech: {}}, text: true},
	// https://api-docs.deepseek.com/api/create-chat-completion
	{name: "deepseek", base: "https://api.deepseek.com/beta", key: "DEEPSEEK_API_KEY", baseEnv: "DEEPSEEK_API_BASE", quirks: openai.Quirks{Rename: maxTokens}, text: true},
	// https://docs.docker.com/ai/model-runner/api-reference/
	{name: "docker_model_runner", base: "http://localhost:12434/engines/llama.cpp", key: "DOCKER_MODEL_RUNNER_API_KEY", baseEnv: "DOCKER_MODEL_RUNNER_API_BASE", noKey: true, quirks: openai.Quirks{Path: "/v1/chat/completions"}, offers: ops{llm.Embeddings: {Path: "/v1/embeddings"}}},
	// https://www.edenai.co/docs/v3/llms/chat-completions
	{name: "edenai", base: "https://api.edenai.run/v3", key: "EDENAI_API_KEY", baseEnv: "EDENAI_API_BASE"},
	{name: "empower", base: "https://app.empower.dev/api/v1", key: "EMPOWER_API_KEY", baseEnv: "EMPOWER_API_BASE"},
	{name: "featherless_ai", base: "https://api.featherless.ai/v1", key: "FEATHERLESS_API_KEY", baseEnv: "FEATHERLESS_API_BASE", text: true},
	{name: "fireworks_ai", base: "https://api.fireworks.ai/inference/v1", key: "FIREWORKS_API_KEY FIREWORKS_AI_API_KEY FIREWORKSAI_API_KEY FIREWORKS_AI_TOKEN", baseEnv: "FIREWORKS_API_BASE", offers: ops{llm.Embeddings: {}, llm.Transcriptions: {}, llm.Translations: {}}, text: true},
	{name: "friendliai", base: "https://api.friendli.ai/serverless/v1", key: "FRIENDLIAI_API_KEY FRIENDLI_TOKEN", baseEnv: "FRIENDLI_API_BASE"},
	{name: "galadriel", base: "https://api.galadriel.com/v1", key: "GALADRIEL_API_KEY", baseEnv: "GALADRIEL_API_BASE", hosts: "api.galadriel.ai"},
	// https://docs.github.com/en/rest/models/inference
	{name: "github", base: "https://models.github.ai/inference", key: "GITHUB_API_KEY", baseEnv: "GITHUB_API_BASE", offers: ops{llm.Embeddings: {}}},
	{name: "gmi", base: "https://api.gmi-serving.com/v1", key: "GMI_API_KEY"},
	{name: "gradient_ai", base: "https://inference.do-ai.run/v1", key: "GRADIENT_AI_API_KEY", baseEnv: "GRADIENT_AI_AGENT_ENDPOINT", place: gradient},
	// https://console.groq.com/docs/openai (currently unsupported features)
	{name: "groq", base: "https://api.groq.com/openai/v1", key: "GROQ_API_KEY", baseEnv: "GROQ_API_BASE", quirks: openai.Quirks{Unsupported: []string{"logit_bias", "logprobs", "top_logprobs"}}, offers: ops{llm.Transcriptions: {}, llm.Translations: {}, llm.Speech: {}}},
	{name: "helicone", base: "https://ai-gateway.helicone.ai", key: "HELICONE_API_KEY"},
	// https://devcenter.heroku.com/articles/heroku-inference-api-v1-chat-completions
	{name: "heroku", key: "HEROKU_API_KEY", baseEnv: "HEROKU_API_BASE", quirks: openai.Quirks{Path: "/v1/chat/completions"}},
	{name: "hosted_vllm", key: "HOSTED_VLLM_API_KEY", baseEnv: "HOSTED_VLLM_API_BASE VLLM_API_BASE", noKey: true, offers: ops{llm.Embeddings: {}, llm.Transcriptions: {}, llm.Translations: {}}, text: true},
	{name: "hyperbolic", base: "https://api.hyperbolic.xyz/v1", key: "HYPERBOLIC_API_KEY", baseEnv: "HYPERBOLIC_API_BASE", text: true},
	// https://docs.inceptionlabs.ai/api-reference/chat/create-a-chat-completion
	{name: "inception", base: "https://api.inceptionlabs.ai/v1", key: "INCEPTION_API_KEY", baseEnv: "INCEPTION_API_BASE"},
	// https://io.net/docs/reference/ai-models/get-started-with-io-intelligence-api
	{name: "ionet", base: "https://api.intelligence.io.solutions/api/v1", key: "IOINTELLIGENCE_API_KEY"},
	// https://api.ionos.com/docs/inference-openai/v1/
	{name: "ionos", base: "https://openai.inference.de-txl.ionos.com/v1", key: "IONOS_API_KEY IONOS_API_TOKEN"},
	// https://www.jan.ai/docs/desktop/api-preference
	{name: "jan", base: "http://127.0.0.1:1337/v1", key: "JAN_API_KEY", baseEnv: "JAN_API_BASE", noKey: true},
	// https://github.com/LostRuins/koboldcpp#readme (address and formats)
	{name: "koboldcpp", base: "http://localhost:5001/v1", key: "KOBOLDCPP_API_KEY", baseEnv: "KOBOLDCPP_API_BASE", noKey: true, text: true},
	{name: "lambda_ai", base: "https://api.lambda.ai/v1", key: "LAMBDA_API_KEY", baseEnv: "LAMBDA_API_BASE", text: true},
	{name: "lemonade", base: "http://localhost:8000/api/v1", key: "LEMONADE_API_KEY", baseEnv: "LEMONADE_API_BASE", noKey: true},
	{name: "litellm_proxy", key: "LITELLM_PROXY_API_KEY", baseEnv: "LITELLM_PROXY_API_BASE", noKey: true, offers: openai.Everything(), text: true},
	// https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
	{name: "llama_cpp", base: "http://127.0.0.1:8080/v1", key: "LLAMA_CPP_API_KEY", baseEnv: "LLAMA_CPP_API_BASE", noKey: true, offers: ops{llm.Embeddings: {}}, text: true},
	{name: "llamafile", base: "http://127.0.0.1:8080/v1", key: "LLAMAFILE_API_KEY", baseEnv: "LLAMAFILE_API_BASE", noKey: true, offers: ops{llm.Embeddings: {}}, text: true},
	{name: "llamagate", base: "https://api.llamagate.dev/v1", key: "LLAMAGATE_API_KEY", offers: ops{llm.Embeddings: {}}},
	// https://docs.llmgateway.io/v1_chat_completions
	{name: "llmgateway", base: "https://api.llmgateway.io/v1", key: "LLMGATEWAY_API_KEY LLM_GATEWAY_API_KEY", quirks: openai.Quirks{Rename: maxTokens}},
	{name: "lm_studio", key: "LM_STUDIO_API_KEY", baseEnv: "LM_STUDIO_API_BASE", noKey: true, offers: ops{llm.Embeddings: {}}, text: true},
	// https://localai.io/features/text-generation/
	{name: "localai", base: "http://localhost:8080/v1", key: "LOCALAI_API_KEY", baseEnv: "LOCALAI_API_BASE", noKey: true, quirks: openai.Quirks{Rename: maxTokens}, offers: ops{llm.Embeddings: {}, llm.Images: {}, llm.Transcriptions: {}, llm.Speech: {}}, text: true},
	// https://longcat.chat/platform/docs/api/chat.html
	{name: "longcat", base: "https://api.longcat.chat/openai/v1", key: "LONGCAT_API_KEY", quirks: openai.Quirks{Rename: maxTokens}},
	// https://docs.maritaca.ai/api/pt/completion
	{name: "maritalk", base: "https://chat.maritaca.ai/api", key: "MARITALK_API_KEY", baseEnv: "MARITALK_API_BASE", quirks: openai.Quirks{Rename: maxTokens}},
	{name: "meta_llama", base: "https://api.llama.com/compat/v1", key: "LLAMA_API_KEY", baseEnv: "LLAMA_API_BASE"},
	{name: "minimax", base: "https://api.minimax.io/v1", key: "MINIMAX_API_KEY", baseEnv: "MINIMAX_API_BASE", hosts: "api.minimaxi.com"},
	// https://github.com/ml-explore/mlx-lm/blob/main/mlx_lm/SERVER.md
	{name: "mlx", base: "http://localhost:8080/v1", key: "MLX_API_KEY", baseEnv: "MLX_API_BASE", noKey: true, quirks: openai.Quirks{Rename: maxTokens}},
	// https://modelscope.cn/docs/model-service/API-Inference/intro
	{name: "modelscope", base: "https://api-inference.modelscope.cn/v1", key: "MODELSCOPE_API_KEY", baseEnv: "MODELSCOPE_API_BASE", offers: ops{llm.Images: {}}},
	// https://platform.kimi.ai/docs/guide/migrating-from-openai-to-kimi
	{name: "moonshot", base: "https://api.moonshot.ai/v1", key: "MOONSHOT_API_KEY", baseEnv: "MOONSHOT_API_BASE", hosts: "api.moonshot.cn", quirks: openai.Quirks{Unsupported: []string{"function_call", "functions"}}},
	{name: "morph", base: "https://api.morphllm.com/v1", key: "MORPH_API_KEY", baseEnv: "MORPH_API_BASE"},
	{name: "nano-gpt", base: "https://nano-gpt.com/api/v1", key: "NANOGPT_API_KEY", offers: ops{llm.Embeddings: {}}, text: true},
	// https://docs.tokenfactory.nebius.com/api-reference/examples/text-generation
	{name: "nebius", base: "https://api.tokenfactory.nebius.com/v1", key: "NEBIUS_API_KEY", baseEnv: "NEBIUS_API_BASE", hosts: "api.studio.nebius.ai api.tokenfactory.eu-west1.nebius.com api.tokenfactory.us-central1.nebius.com", offers: ops{llm.Embeddings: {}}, text: true},
	{name: "novita", base: "https://api.novita.ai/v3/openai", key: "NOVITA_API_KEY", baseEnv: "NOVITA_API_BASE", offers: ops{llm.Embeddings: {}}, text: true},
	{name: "nscale", base: "https://inference.api.nscale.com/v1", key: "NSCALE_API_KEY", baseEnv: "NSCALE_API_BASE", offers: ops{llm.Images: {}}},
	// https://docs.api.nvidia.com/nim/reference/llm-apis
	{name: "nvidia_nim", base: "https://integrate.api.nvidia.com/v1", key: "NVIDIA_NIM_API_KEY", baseEnv: "NVIDIA_NIM_API_BASE", quirks: openai.Quirks{Rename: maxTokens}, offers: ops{llm.Embeddings: {}}},
	// https://github.com/oobabooga/text-generation-webui/wiki/12-%E2%80%90-OpenAI-API
	{name: "oobabooga", noKey: true, quirks: openai.Quirks{Path: "/v1/chat/completions"}, offers: ops{llm.Embeddings: {Path: "/v1/embeddings"}}},
	{
		name: "openai", base: "https://api.openai.com/v1", key: "OPENAI_API_KEY", baseEnv: "OPENAI_BASE_URL OPENAI_API_BASE", auth: organization, offers: openai.Everything(), answers: true,
		quirks: openai.Quirks{Lacks: []string{"top_k"}},
	}, // https://platform.openai.com/docs/api-reference/chat/create has none
	{name: "openrouter", base: "https://openrouter.ai/api/v1", key: "OPENROUTER_API_KEY OR_API_KEY", baseEnv: "OPENROUTER_API_BASE", offers: ops{llm.Embeddings: {}}},
	{name: "ovhcloud", base: "https://oai.endpoints.kepler.ai.cloud.ovh.net/v1", key: "OVHCLOUD_API_KEY", baseEnv: "OVHCLOUD_API_BASE", offers: ops{llm.Embeddings: {}, llm.Transcriptions: {}}},
	// https://docs.parasail.io/parasail-docs/quickstart/serverless
	{name: "parasail", base: "https://api.parasail.io/v1", key: "PARASAIL_API_KEY", baseEnv: "PARASAIL_API_BASE"},
	// https://docs.perplexity.ai/api-reference/chat-completions-post
	{name: "perplexity", base: "https://api.perplexity.ai", key: "PERPLEXITYAI_API_KEY PERPLEXITY_API_KEY", baseEnv: "PERPLEXITY_API_BASE", quirks: openai.Quirks{Rename: maxTokens}},
	// https://docs.phala.com/phala-cloud/confidential-ai/confidential-model/api-reference/chat-completions
	{name: "phala", base: "https://api.redpill.ai/v1", key: "PHALA_API_KEY PHALA_AI_API_KEY", hosts: "inference.phala.com"},
	{name: "poe", base: "https://api.poe.com/v1", key: "POE_API_KEY", offers: ops{llm.Embeddings: {}}, text: true},
	{name: "publicai", base: "https://api.publicai.co/v1", key: "PUBLICAI_API_KEY", baseEnv: "PUBLICAI_API_BASE", text: true},
	// https://developer.qiniu.com/aitokenapi/12882/ai-inference-api
	{name: "qiniu", base: "https://api.qnaigc.com/v1", key: "QINIU_API_KEY", hosts: "openai.qiniu.com"},
	// https://docs.regolo.ai/models/features/faq/
	{name: "regolo", base: "https://api.regolo.ai/v1", key: "REGOLO_API_KEY"},
	// https://docs.reka.ai/chat/api-reference/create-chat-completion
	{name: "reka", base: "https://api.reka.ai/v1", key: "REKA_API_KEY", baseEnv: "REKA_API_BASE"},
	// https://docs.requesty.ai/api-reference/endpoint/chat-completions-create
	{name: "requesty", base: "https://router.requesty.ai/v1", key: "REQUESTY_API_KEY", hosts: "router.eu.requesty.ai", quirks: openai.Quirks{Rename: maxTokens}},
	{name: "salad_cloud", base: "https://ai.salad.cloud/v1", key: "SALAD_CLOUD_API_KEY"},
	{name: "sambanova", base: "https://api.sambanova.ai/v1", key: "SAMBANOVA_API_KEY", baseEnv: "SAMBANOVA_API_BASE", offers: ops{llm.Embeddings: {}}},
	// https://docs.sarvam.ai/api-reference-docs/chat/chat-completions
	{name: "sarvam", base: "https://api.sarvam.ai/v1", key: "SARVAM_API_KEY", auth: subscription, quirks: openai.Quirks{Rename: maxTokens}},
	{name: "scaleway", base: "https://api.scaleway.ai/v1", key: "SCW_SECRET_KEY", offers: ops{llm.Embeddings: {}, llm.Transcriptions: {}}},
	// https://docs.sglang.io/basic_usage/openai_api_completions.html
	{name: "sglang", base: "http://localhost:30000/v1", key: "SGLANG_API_KEY", baseEnv: "SGLANG_API_BASE", noKey: true, offers: ops{llm.Embeddings: {}}, text: true},
	// https://docs.siliconflow.com/en/api-reference/chat-completions/chat-completions
	{name: "siliconflow", base: "https://api.siliconflow.com/v1", key: "SILICONFLOW_API_KEY", hosts: "api.siliconflow.cn", quirks: openai.Quirks{Rename: maxTokens}, offers: ops{llm.Embeddings: {}, llm.Images: {}, llm.Transcriptions: {}, llm.Speech: {}}},
	// https://docs.stackit.cloud/products/data-and-ai/ai-model-serving/how-tos/use-the-models
	{name: "stackit", base: "https://api.openai-compat.model-serving.eu01.onstackit.cloud/v1", key: "STACKIT_API_KEY"},
	// https://platform.stepfun.ai/docs/en/api-reference/chat/chat-completion-create
	{name: "stepfun", base: "https://api.stepfun.ai/v1", key: "STEPFUN_API_KEY", hosts: "api.stepfun.com", quirks: openai.Quirks{Rename: maxTokens}},
	{name: "synthetic", base: "https://api.synthetic.new/openai/v1", key: "SYNTHETIC_API_KEY", offers: ops{llm.Embeddings: {}}, text: true},
	// https://github.com/theroyallab/tabbyAPI/wiki/03.-Usage
	{name: "tabbyapi", base: "http://localhost:5000/v1", key: "TABBYAPI_API_KEY", baseEnv: "TABBYAPI_API_BASE", noKey: true, text: true},
	// https://www.tencentcloud.com/document/product/1300/80632
	{name: "tencent", base: "https://tokenhub-intl.tencentcloudmaas.com/v1", key: "TENCENT_API_KEY", baseEnv: "TENCENT_API_BASE", hosts: "tokenhub.tencentcloudmaas.com"},
	// OpenAI's models that do not chat: openai's legacy completions are said as chat
	{name: "text-completion-openai", base: "https://api.openai.com/v1", key: "OPENAI_API_KEY", baseEnv: "OPENAI_BASE_URL OPENAI_API_BASE", auth: organization, text: true},
	// https://docs.together.ai/reference/chat-completions-1
	{name: "together_ai", base: "https://api.together.ai/v1", hosts: "api.together.xyz", key: "TOGETHER_API_KEY TOGETHER_AI_API_KEY TOGETHERAI_API_KEY TOGETHER_AI_TOKEN TOGETHER_AI_KEY", baseEnv: "TOGETHER_AI_API_BASE", quirks: openai.Quirks{Rename: maxTokens}, offers: ops{llm.Embeddings: {}, llm.Images: pictures, llm.Transcriptions: {}, llm.Translations: {}, llm.Speech: {}}, text: true},
	// https://console.upstage.ai/api/chat
	{name: "upstage", base: "https://api.upstage.ai/v1", key: "UPSTAGE_API_KEY", quirks: openai.Quirks{Rename: maxTokens}, offers: ops{llm.Embeddings: {}}},
	{name: "v0", base: "https://api.v0.dev/v1", key: "V0_API_KEY", baseEnv: "V0_API_BASE"},
	{name: "veniceai", base: "https://api.venice.ai/api/v1", key: "VENICE_AI_API_KEY"},
	{name: "vercel_ai_gateway", base: "https://ai-gateway.vercel.sh/v1", key: "VERCEL_AI_GATEWAY_API_KEY VERCEL_OIDC_TOKEN", baseEnv: "VERCEL_AI_GATEWAY_API_BASE", offers: ops{llm.Embeddings: {}}},
	{name: "volcengine", base: "https://ark.cn-beijing.volces.com/api/v3", key: "VOLCENGINE_API_KEY", baseEnv: "VOLCENGINE_API_BASE", offers: ops{llm.Embeddings: {}}},
	// https://api.vultrinference.com
	{name: "vultr", base: "https://api.vultrinference.com/v1", key: "VULTR_INFERENCE_API_KEY", quirks: openai.Quirks{Rename: maxTokens}},
	{name: "wandb", base: "https://api.inference.wandb.ai/v1", key: "WANDB_API_KEY", baseEnv: "WANDB_API_BASE"},
	// https://dev.writer.com/api-reference/completion-api/chat-completion
	{name: "writer", base: "https://api.writer.com/v1", key: "WRITER_API_KEY", quirks: openai.Quirks{Path: "/chat", Rename: maxTokens}},
	{name: "xai", base: "https://api.x.ai/v1", key: "XAI_API_KEY", baseEnv: "XAI_API_BASE", offers: ops{llm.Images: {Unsupported: []string{"quality", "size", "style"}}}},
	{name: "xiaomi_mimo", base: "https://api.xiaomimimo.com/v1", key: "XIAOMI_MIMO_API_KEY"},
	{name: "xinference", key: "XINFERENCE_API_KEY", baseEnv: "XINFERENCE_API_BASE", noKey: true, offers: ops{llm.Embeddings: {}, llm.Images: {}, llm.ImageEdits: {}, llm.ImageVariations: {}, llm.Transcriptions: {}, llm.Translations: {}, llm.Speech: {}}},
	// https://docs.z.ai/api-reference/llm/chat-completion
	{name: "zai", base: "https://api.z.ai/api/paas/v4", key: "ZAI_API_KEY", baseEnv: "ZAI_API_BASE", quirks: zhipu},
	// https://docs.zenmux.ai/api/openai/create-chat-completion.html
	{name: "zenmux", base: "https://zenmux.ai/api/v1", key: "ZENMUX_API_KEY"},
}

// zhipu's APIs, at home and abroad, have two names of their own
// (https://docs.z.ai/api-reference/llm/chat-completion).
var zhipu = openai.Quirks{Rename: map[string]string{"max_completion_tokens": "max_tokens", "user": "user_id"}}

// pictures are Together's, whose word for their bytes is another
// (https://docs.together.ai/reference/post-images-generations).
var pictures = openai.Quirks{Values: map[string]map[string]string{"response_format": {`"b64_json"`: `"base64"`}}}
