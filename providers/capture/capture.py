"""Records what vendors' own clients send, for the golden files of testdata.

Usage: python capture.py [provider...]

Each client calls a server of this process, which keeps the request and answers
like OpenAI. What is printed per provider is the first line of the request, the
headers that carry the key, and the body: an "upstream request" part.
"""

import http.server
import importlib.metadata
import json
import sys
import threading

ANSWER = {
    "id": "c1", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "logprobs": None,
                 "message": {"role": "assistant", "content": "hi", "refusal": None}}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
MESSAGES = [{"role": "user", "content": "hi"}]


class Server(http.server.BaseHTTPRequestHandler):
    seen = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        keys = [(n.lower(), v) for n, v in self.headers.items() if "KEY" in v]
        self.seen.append((f"POST {self.path}", keys, body))
        answer = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def ai21(url):
    from ai21 import AI21Client
    from ai21.models.chat import ChatMessage
    client = AI21Client(api_key="KEY", api_host=url + "/studio/v1")
    client.chat.completions.create(model="jamba-mini", messages=[ChatMessage(role="user", content="hi")], max_tokens=9)


def huggingface(url):
    from huggingface_hub import InferenceClient
    client = InferenceClient(base_url=url, api_key="KEY")
    client.chat_completion(MESSAGES, model="m", max_tokens=9)


def mistral(url):
    from mistralai.client import Mistral
    client = Mistral(api_key="KEY", server_url=url)
    client.chat.complete(model="m", messages=MESSAGES, max_tokens=9, random_seed=7, tool_choice="required")


def mistral_stream(url):
    from mistralai.client import Mistral
    client = Mistral(api_key="KEY", server_url=url)
    list(client.chat.stream(model="m", messages=MESSAGES, max_tokens=9))


def perplexity(url):
    from perplexity import Perplexity
    client = Perplexity(api_key="KEY", base_url=url)
    client.chat.completions.create(model="sonar", messages=MESSAGES, max_tokens=9)


def sarvam(url):
    from sarvamai import SarvamAI
    from sarvamai.environment import SarvamAIEnvironment
    client = SarvamAI(api_subscription_key="KEY", environment=SarvamAIEnvironment(base=url, production=url, creative=url))
    client.chat.completions(model="sarvam-105b", messages=MESSAGES, max_tokens=9)


def together(url):
    from together import Together
    client = Together(api_key="KEY", base_url=url)
    client.chat.completions.create(model="m", messages=MESSAGES, max_tokens=9)


def zai(url):
    from zai import ZaiClient
    client = ZaiClient(api_key="KEY", base_url=url + "/api/paas/v4")
    client.chat.completions.create(model="glm", messages=MESSAGES, max_tokens=9, user_id="u")


CLIENTS = {
    "ai21_chat": (ai21, "ai21"), "huggingface": (huggingface, "huggingface_hub"), "mistral": (mistral, "mistralai"),
    "mistral_stream": (mistral_stream, "mistralai"), "perplexity": (perplexity, "perplexityai"),
    "sarvam": (sarvam, "sarvamai"), "together_ai": (together, "together"), "zai": (zai, "zai-sdk"),
}


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    for name in sys.argv[1:] or CLIENTS:
        send, package = CLIENTS[name]
        Server.seen.clear()
        try:
            send(url)
        except Exception as e:  # the answer may not please it; the request is what counts
            if not Server.seen:
                raise
            print(f"# {type(e).__name__} after the request", file=sys.stderr)
        line, keys, body = Server.seen[-1]
        print(f"# {name}: {package} {importlib.metadata.version(package)}")
        print(line, *(f"{n}: {v}" for n, v in keys), "", body.decode(), "", sep="\n")


if __name__ == "__main__":
    main()
