"""Records what LiteLLM makes of conversations: testdata/vectors.json.

    pip install -r requirements.txt && python make.py

Nothing leaves the process: sockets cannot connect. Where LiteLLM would download
the template of a model, it is registered here instead, as the model's card
describes it.
"""

import copy
import json
import os
import pathlib
import socket

from conversations import CONVERSATIONS, CUSTOM, FUNCTIONS

SOURCE = "litellm==1.81.15"
FILE = pathlib.Path(__file__).parent.parent / "testdata" / "vectors.json"


def no_network(*_args, **_kw):
    raise OSError("the oracle has no network")


socket.socket.connect = no_network
socket.getaddrinfo = no_network
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm  # noqa: E402  after the network is gone
from litellm.litellm_core_utils.prompt_templates import factory  # noqa: E402
from litellm.litellm_core_utils.prompt_templates.common_utils import convert_content_list_to_str  # noqa: E402
from litellm.llms.base_llm.base_utils import map_developer_role_to_system_role  # noqa: E402
from litellm.llms.bedrock.chat.invoke_transformations.amazon_qwen3_transformation import AmazonQwen3Config  # noqa: E402
from litellm.llms.bedrock.chat.invoke_transformations.amazon_twelvelabs_pegasus_transformation import (  # noqa: E402
    AmazonTwelveLabsPegasusConfig,
)
from litellm.llms.bedrock.chat.invoke_transformations.base_invoke_transformation import AmazonInvokeConfig  # noqa: E402
from litellm.llms.deprecated_providers import aleph_alpha  # noqa: E402
from litellm.llms.nlp_cloud.chat.transformation import NLPCloudConfig  # noqa: E402
from litellm.llms.sagemaker.completion.transformation import SagemakerConfig  # noqa: E402
from litellm.llms.watsonx.common_utils import convert_watsonx_messages_to_prompt  # noqa: E402

# What the cards of these models say, in the notation LiteLLM reads templates in.
TURNS = "{%% for m in messages %%}%s{%% endfor %%}{{ '%s' }}"
CARDS = {
    # https://huggingface.co/teknium/OpenHermes-2.5-Mistral-7B#prompt-format
    "teknium/OpenHermes-2.5-Mistral-7B": TURNS % ("<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n", "<|im_start|>assistant\\n"),
    # https://huggingface.co/HuggingFaceH4/zephyr-7b-beta#intended-uses--limitations
    "HuggingFaceH4/zephyr-7b-beta": TURNS % ("<|{{ m.role }}|>\n{{ m.content }}</s>\n", "<|assistant|>\\n"),
    # https://huggingface.co/microsoft/Phi-3-mini-4k-instruct#chat-format
    "microsoft/Phi-3-mini-4k-instruct": TURNS % ("<|{{ m.role }}|>\n{{ m.content }}<|end|>\n", "<|assistant|>\\n"),
    # https://ai.google.dev/gemma/docs/core/prompt-structure
    "google/gemma-7b-it": "<bos>" + TURNS % (
        "<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content | trim }}<end_of_turn>\n",
        "<start_of_turn>model\\n"),
    # https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.2#instruction-format
    "mistralai/Mistral-7B-Instruct-v0.2": "<s>" + TURNS % (
        "{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %}{{ m.content }}</s> {% endif %}", ""),
    # https://github.com/mistralai/cookbook/blob/main/concept-deep-dive/tokenization/templates.md
    "mistralai/Mistral-7B-Instruct-v0.3": "<s>" + TURNS % (
        "{% if m.role == 'user' %}[INST] {{ m.content }}[/INST]{% else %} {{ m.content }}</s>{% endif %}", ""),
}


def by_name(model):
    return lambda messages: factory.prompt_factory(model=model, messages=messages)


def folded(model):
    """For models without a system message: the next user says its words."""

    def prompt(messages):
        turns, words = [], []
        for m in messages:
            text = convert_content_list_to_str(m)
            if model.startswith("google/"):
                text = text.strip()
            if m["role"] == "user":
                text = "\n\n".join([*words, text])
            words = [] if m["role"] == "user" else words
            if m["role"] == "system":
                words.append(text)
            else:
                turns.append({**m, "content": text})
        if words:
            turns.append({"role": "user", "content": "\n\n".join(words)})
        return by_name(model)(turns)

    return prompt


def by_provider(provider, model):
    return lambda messages: factory.prompt_factory(model=model, messages=messages, custom_llm_provider=provider)


def bedrock(model):
    maker = AmazonInvokeConfig.get_bedrock_invoke_provider(model)
    return lambda messages: AmazonInvokeConfig().convert_messages_to_prompt(model, messages, maker, {})[0]


def watsonx(model):
    return lambda messages: convert_watsonx_messages_to_prompt(model, messages, model.split("/")[0], {})


def luminous(model):
    def prompt(messages):
        class Sent(Exception):
            pass

        class Log:
            def pre_call(self, input, **_kw):
                raise Sent(input)

        try:
            aleph_alpha.completion(
                model=model, messages=messages, api_base="http://x", model_response=None, print_verbose=print,
                encoding=None, api_key="k", logging_obj=Log(), optional_params={}, default_max_tokens_to_sample=1)
        except Sent as sent:
            return sent.args[0]

    return prompt


def body(config, model, member):
    return lambda messages: config.transform_request(model, messages, {}, {}, {})[member]


# name: (provider, model, what LiteLLM does with messages)
FORMATS = {
    "llama2": ("replicate", "meta-llama/Llama-2-7b-chat-hf", by_name),
    "llama2 of together": ("petals", "togethercomputer/llama-2-70b-chat", by_name),
    "codellama": ("huggingface", "codellama/CodeLlama-34b-Instruct-hf", by_name),
    "llama3": ("huggingface", "meta-llama/Meta-Llama-3-70B-Instruct", by_name),
    "llama3.1": ("predibase", "meta-llama/Llama-3.1-8B-Instruct", by_name),
    "falcon": ("huggingface", "tiiuae/falcon-7b-instruct", by_name),
    "falcon chat": ("huggingface", "tiiuae/falcon-180B-chat", lambda _: factory.falcon_chat_pt),
    "mpt": ("huggingface", "mosaicml/mpt-7b-chat", by_name),
    "wizardcoder": ("huggingface", "WizardLM/WizardCoder-Python-34B-V1.0", by_name),
    "phind": ("huggingface", "Phind/Phind-CodeLlama-34B-v2", by_name),
    "alpaca": ("huggingface", "Gryphe/MythoMax-L2-13b", by_name),
    "mistral": ("huggingface", "mistralai/Mistral-7B-Instruct-v0.1", by_name),
    "mistral, folded": ("huggingface", "mistralai/Mistral-7B-Instruct-v0.2", folded),
    "mistral v3": ("huggingface", "mistralai/Mistral-7B-Instruct-v0.3", folded),
    "falcon chat by name": ("huggingface", "tiiuae/falcon-180B-chat", by_name),
    "falcon base": ("huggingface", "tiiuae/falcon-7b", by_name),
    "mpt base": ("huggingface", "mosaicml/mpt-7b", by_name),
    "codellama base": ("huggingface", "codellama/CodeLlama-7b-hf", by_name),
    "granite by name": ("watsonx_text", "ibm/granite-13b-chat-v2", watsonx),
    "llama3 on watsonx": ("watsonx_text", "meta-llama/llama-3-70b-instruct", watsonx),
    "deepseek r1": ("bedrock", "deepseek_r1/arn:aws:bedrock:us-east-1:1:imported-model/x", bedrock),
    "chatml": ("huggingface", "teknium/OpenHermes-2.5-Mistral-7B", by_name),
    "zephyr": ("huggingface", "HuggingFaceH4/zephyr-7b-beta", by_name),
    "gemma": ("huggingface", "google/gemma-7b-it", folded),
    "phi3": ("huggingface", "microsoft/Phi-3-mini-4k-instruct", by_name),
    "none known": ("huggingface", "bigscience/bloom", by_name),
    "ollama": ("ollama", "llama3", lambda m: lambda messages: by_provider("ollama", m)(messages)["prompt"]),
    "claude": ("anthropic", "claude-2", lambda m: by_provider("anthropic", m)),
    "claude on bedrock": ("bedrock", "anthropic.claude-instant-v1", bedrock),
    "claude 2.1": ("bedrock", "anthropic.claude-v2:1", bedrock),
    "titan": ("bedrock", "amazon.titan-text-express-v1", bedrock),
    "mistral on bedrock": ("bedrock", "mistral.mixtral-8x7b-instruct-v0:1", bedrock),
    "llama2 on bedrock": ("bedrock", "meta.llama2-13b-chat-v1", bedrock),
    "llama3 on bedrock": ("bedrock", "meta.llama3-8b-instruct-v1:0", bedrock),
    "command": ("bedrock", "cohere.command-text-v14", bedrock),
    "jurassic": ("bedrock", "ai21.j2-mid-v1", bedrock),
    "qwen3 on bedrock": ("bedrock", "qwen3/arn:aws:bedrock:us-east-1:1:imported-model/x", lambda m: body(AmazonQwen3Config(), m, "prompt")),
    "pegasus": ("bedrock", "us.twelvelabs.pegasus-1-2-v1:0", lambda m: body(AmazonTwelveLabsPegasusConfig(), m, "inputPrompt")),
    "azure text": ("azure_text", "gpt-35-turbo-instruct", lambda m: by_provider("azure_text", m)),
    "luminous": ("aleph_alpha", "luminous-base", luminous),
    "luminous control": ("aleph_alpha", "luminous-base-control", luminous),
    "nlp cloud": ("nlp_cloud", "dolphin", lambda m: body(NLPCloudConfig(), m, "text")),
    "sagemaker": ("sagemaker", "jumpstart-dft-meta-textgeneration-llama-2-7b-chat", lambda m: lambda messages: SagemakerConfig()._transform_prompt(m, messages, {}, None)),
    "granite": ("watsonx_text", "ibm/granite-chat", watsonx),
    "mistral on watsonx": ("watsonx_text", "ibm-mistralai/mixtral", watsonx),
}


def said(prompt, messages):
    """The text, or the kind of error LiteLLM raises; no text is an error too."""
    try:
        text = prompt(map_developer_role_to_system_role(copy.deepcopy(messages)))
    except Exception as e:
        return {"error": type(e).__name__}
    return text if isinstance(text, str) else {"error": "no text"}


def custom(template, messages):
    given = dict(template)
    return factory.custom_prompt(role_dict=given.pop("roles", {}), messages=messages, **given)


def formats():
    """The texts by format. One that equals an earlier format's is only named."""
    seen = {}
    for name, (provider, model, make) in FORMATS.items():
        prompts = {c: said(make(model), m) for c, m in CONVERSATIONS.items()}
        first = next((f for f in seen if seen[f].get("prompts") == prompts), None)
        seen[name] = {"provider": provider, "model": model, **({"same": first} if first else {"prompts": prompts})}
    return seen


def told(functions, messages, first=None):
    """A conversation with functions told of in the first messages, or in all."""
    return factory.ollama_pt("m", factory.function_call_prompt(messages[:first], functions) + messages[len(messages[:first]):])["prompt"]


def everything():
    for model, template in CARDS.items():
        litellm.known_tokenizer_config[model] = {"status": "success", "tokenizer": {"chat_template": template}}
    return {
        "source": SOURCE,
        "conversations": CONVERSATIONS,
        "formats": formats(),
        "templates": [
            {"template": t, "prompts": {c: said(lambda m: custom(t, m), messages) for c, messages in CONVERSATIONS.items()}}
            for t in CUSTOM
        ],
        "functions": [
            {"functions": f, "prompts": {
                **{c: said(lambda m: told(f, m), CONVERSATIONS[c])
                   for c in ("one question", "with a system", "two systems apart", "parts, with a system")},
                "told once: two systems apart": said(lambda m: told(f, m, 1), CONVERSATIONS["two systems apart"])}}
            for f in FUNCTIONS
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(everything(), ensure_ascii=False, indent=1) + "\n")
