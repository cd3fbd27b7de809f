"""Calls whose upstream answers are recorded: golden files of the providers and formats.

Each holds what a caller sends and what the vendor answers, by its own SDK or
its documentation. Here the gateway is called over HTTP, and a server of ours
answers for the vendor. That what the vendor gets is right is checked beside
the files.
"""

import fnmatch
import http.server
import json
import mimetypes
import threading

import gateway_config
import processes
from calls import Call

PROVIDERS = processes.ROOT / "providers"
FOLDERS = """
openai openai/completions anthropic bedrock cohere gemini mistral ollama
alephalpha assemblyai databricks deepgram elevenlabs fal huggingface infinity jina
nlpcloud nvidia petals recraft replicate stability triton voyage
""".split()
PATHS = {
    "chat": "/v1/chat/completions",
    "completions": "/v1/completions",
    "responses": "/v1/responses",
    "messages": "/v1/messages",
    "embeddings": "/v1/embeddings",
    "moderations": "/v1/moderations",
    "image_generation": "/v1/images/generations",
    "image_edits": "/v1/images/edits",
    "image_variations": "/v1/images/variations",
    "transcriptions": "/v1/audio/transcriptions",
    "translations": "/v1/audio/translations",
}
SETTINGS = {"drop_params", "extra_headers", "model_info", "api_base"}  # of deployments of their own


class Recording:
    PARTS = {}

    def __init__(self, folder, path):
        self.name = f"{folder.replace('/', '.')}.{path.stem}"
        self.folder = path.parent
        parts = path.read_text().removeprefix("-- ").split("\n-- ")
        named = (part.split(" --\n", 1) for part in parts if " --\n" in part)
        self.parts = {self.PARTS.get(name, name): part for name, part in named}
        self.asked = json.loads(self.parts["call"])
        self.path = PATHS.get(self.asked.get("format", self.asked.get("op", "chat")))

    def usable(self):
        """Whether a caller gets JSON of an endpoint here, from a deployment that needs no more than a key."""
        return self.path and "\nmedia" not in f"\n{self.parts['reply']}" and self.asked.keys().isdisjoint(SETTINGS)

    def answers(self):
        """What the vendor sends, a status line and all, for one request after the other."""
        return [f"{answer}\n" for answer in self.parts.get("upstream response", "").split("\n---- next\n")]

    def call(self):
        body = {**self.asked, "model": self.name}
        for name in ("op", "format"):
            body.pop(name, None)
        files = tuple((member, self.file(one)) for member, value in body.items() for one in listed(value) if named(one))
        plain = {member: value for member, value in body.items() if not any(map(named, listed(value)))}
        if files:  # the SDKs mark a form's lists
            plain = {name + "[]" * isinstance(value, list): value for name, value in plain.items()}
        begun = [line for line in self.parts["reply"].splitlines() if not line.startswith(("head ", "usage "))]
        fails = bool(begun) and begun[0].startswith("error")  # before any of it was sent
        return Call(self.path, plain if files else body, files, fails=fails, vendor=self.name.partition(".")[0])

    def file(self, name):
        path = self.folder / "files" / name.removeprefix("@")
        return path.name, path.read_bytes(), mimetypes.guess_type(path)[0]

    def deployment(self, url):
        model = self.asked["model"]
        if self.path == "/v1/completions":
            model = model.replace("openai", gateway_config.COMPLETES)
        there = {"model": model, "api_base": f"{url}/{self.name}", "api_key": "KEY"}
        return {"model_name": self.name, "litellm_params": there}


class Bridged(Recording):
    """A golden file of core/format: what a vendor of chats alone answers to a caller of another format."""

    PARTS = {"request": "call", "openai answer": "chat reply", "response": "reply"}  # what some name otherwise

    def __init__(self, front, path):
        super().__init__(front, path)
        self.asked = {**self.asked, "model": f"{gateway_config.CHATS}/{self.asked.get('model', 'any')}"}
        self.path = PATHS[front]

    def usable(self):
        return bool(self.parts.get("chat reply", "").strip())

    def answers(self):
        lines = [line.removeprefix("data: ") for line in self.parts.get("chat reply", "").splitlines() if line]
        if not self.asked.get("stream"):
            return ["HTTP/1.1 200 OK\nContent-Type: application/json\n\n" + "\n".join(lines)]
        events = "".join(f"data: {line}\n\n" for line in dict.fromkeys([*lines, "[DONE]"]))
        return ["HTTP/1.1 200 OK\nContent-Type: text/event-stream\n\n" + events]


def listed(value):
    return value if isinstance(value, list) else [value]


def named(value):
    return isinstance(value, str) and value.startswith("@")


def read(left_out):
    """The usable ones, but those that rows of left_out name; each row must."""
    all = [recording for recording in found() if recording.usable()]
    left = {row: set(fnmatch.filter((r.name for r in all), row)) for row in left_out}
    assert all and set() not in left.values(), left
    return [recording for recording in all if recording.name not in set().union(*left.values())]


def found():
    for folder in FOLDERS:
        provider, _, below = folder.partition("/")
        for path in sorted((PROVIDERS / provider / "testdata" / below).glob("*.txt")):
            yield Recording(folder, path)
    for front in ("completions", "responses", "messages"):
        for path in sorted((processes.ROOT / "core/format" / front / "testdata").glob("*.txt")):
            yield Bridged(front, path)


class Vendor(http.server.ThreadingHTTPServer):
    """Answers a request below a recording's name as the recording says."""

    def __init__(self, recordings):
        super().__init__(("127.0.0.1", 0), Answer)
        self.answers = {r.name: r.answers() for r in recordings}
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()

    def stop(self):
        self.shutdown()
        self.thread.join()
        self.server_close()


class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        left = self.server.answers[self.path.split("/")[1]]
        head, _, body = left.pop(0).partition("\n\n")
        status, *headers = head.splitlines()
        lines = [status.replace("HTTP/1.1", "HTTP/1.0"), *headers, "", ""]
        self.wfile.write("\r\n".join(lines).encode() + body.encode())

    do_GET = do_POST

    def log_message(self, *_):
        """Not on the terminal."""
