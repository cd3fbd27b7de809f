"""Records again what the golden files below providers say vendors get.

Usage: python local/capture/run.py [--check] [file...]

A file whose source part starts with package==version is played: the lines that
follow, up to an empty one, are Python that makes the call with that package,
and what a server of this process then gets becomes the file's "upstream
request" part. The Python finds `call`, the file's call as a dict, `url`, the
server's address, and, for three packages, `client`, the package's client. A
file of the call ("@name") is its name, bytes and media type there. A form is
recorded as a line for each part, other media as one line. A source that is a
page's address is left alone. --check writes nothing and fails when a recording differs from its file.

LiteLLM is the oracle for how OpenAI's words are said in Anthropic's. Where it
is known to be wrong, a file has the vendor's own client say it right instead.
"""

import difflib
import email
import email.policy
import gc
import http.server
import importlib.metadata
import json
import os
import pathlib
import re
import sys
import threading
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = (
    "authorization", "x-api-key", "api-key", "x-goog-api-key", "x-goog-user-project", "anthropic-version", "anthropic-beta",
    "openai-organization", "openai-project", "prefer", "aleph-alpha-version", "extra-parameters",
    "x-snowflake-authorization-token-type", "xi-api-key",
)
NEXT = "---- next\n"
PACKAGE = re.compile(r"[a-z0-9-]+==")
PARTS = ("source", "call", "upstream request", "upstream response", "reply")


class Recorder(http.server.ThreadingHTTPServer):
    """Answers each request with the current file's next upstream response, and the last ones with the last."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = []
        self.seen = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        answer = self.server.answers[min(len(self.server.seen), len(self.server.answers) - 1)]
        lines = [f"{self.command} {self.path}"]
        lines += [f"{name}: {self.headers[name]}" for name in HEADERS if self.shown(name)]
        kind = self.headers.get_content_type()
        if kind == FORM or is_media(kind):
            lines.append(f"content-type: {kind}")
        shown = self.form(body) if kind == FORM else media_line(kind, body) if is_media(kind) else body.decode()
        self.server.seen.append("\n".join(lines) + "\n\n" + shown + "\n")
        head, _, body = answer.partition(b"\n\n")
        status, *headers = head.decode().split("\n")
        if EVENT_STREAM in head.decode():
            body = event_stream(body.decode())
        self.send_response(int(status.split()[1]))
        for line in headers:
            self.send_header(*line.split(": ", 1))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        kind = FILES.get(self.path[-4:])
        if kind is None:
            return self.do_POST()
        body = b"FILE " + self.path[-4:].encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def form(self, body):
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n"
        message = email.message_from_bytes(head.encode() + body, policy=email.policy.HTTP)
        return "\n".join(map(form_line, message.iter_parts()))

    def shown(self, name):
        value = self.headers[name]
        return value and not value.startswith("AWS4-HMAC-SHA256")  # a signature of the moment

    def log_message(self, *_):
        pass


FILES = {".png": "image/png", ".jpg": "image/jpeg", ".pdf": "application/pdf", ".txt": "text/plain"}
FORM = "multipart/form-data"
MEDIA_TYPES = {
    ".flac": "audio/flac", ".jpg": "image/jpeg", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".pdf": "application/pdf",
    ".png": "image/png", ".txt": "text/plain", ".wav": "audio/wav", ".webp": "image/webp",
}
EVENT_STREAM = "application/vnd.amazon.eventstream"


def is_media(kind):
    return kind.split("/")[0] in ("audio", "image", "video") or kind == "application/octet-stream"


def media_line(kind, body):
    """What is not JSON in a line: its type, its size in bytes and its beginning."""
    beginning = "".join(chr(c) if 32 <= c <= 126 and c not in b'"\\' else f"\\x{c:02x}" for c in body[:64])
    return f'media {kind} {len(body)} "{beginning}"'


def form_line(part):
    """A part of a form in a line: its name and value, or its file's name, type and size in bytes."""
    name = part.get_param("name", header="content-disposition")
    value = part.get_payload(decode=True)
    if filename := part.get_filename():
        return f"{name}: @{filename} {part.get_content_type()} {len(value)}"
    value = value.decode()
    if value and ("\n" in value or "\r" in value or value[0] in '@" ' or value[-1] == " "):
        value = json.dumps(value, ensure_ascii=False)
    return f"{name}: {value}"


def attached(value, folder):
    """A call's member, with "@name" replaced by that file of the folder."""
    if isinstance(value, list):
        return [attached(item, folder) for item in value]
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    file = folder / value[1:]
    return file.name, file.read_bytes(), MEDIA_TYPES[file.suffix]


def event_stream(lines):
    """AWS's binary stream of lines that are an event's type, a space and its JSON; "!" begins an exception's type.

    https://smithy.io/2.0/aws/amazon-eventstream.html
    """
    stream = b""
    for line in filter(None, lines.split("\n")):
        kind, payload = line.split(" ", 1)
        message = "exception" if kind.startswith("!") else "event"
        headers = b"".join(
            bytes([len(name)]) + name.encode() + b"\x07" + len(value).to_bytes(2) + value.encode()
            for name, value in {
                f":{message}-type": kind.lstrip("!"), ":content-type": "application/json", ":message-type": message,
            }.items())
        prelude = (16 + len(headers) + len(payload.encode())).to_bytes(4) + len(headers).to_bytes(4)
        prelude += zlib.crc32(prelude).to_bytes(4)
        whole = prelude + headers + payload.encode()
        stream += whole + zlib.crc32(whole).to_bytes(4)
    return stream


def split(text):
    """The parts of a txtar file, in their order."""
    pieces = re.split(r"^-- (.+) --\n", text, flags=re.MULTILINE)
    parts = dict(zip(pieces[1::2], pieces[2::2]))
    if tuple(parts) != PARTS:
        raise SystemExit(f"parts are {tuple(parts)}, want {PARTS}")
    return parts


def goldens():
    """All golden files: those of testdata and its folders, but for the files that calls have."""
    return sorted(f for f in ROOT.glob("providers/**/testdata/**/*.txt") if f.parent.name != "files")


def client_of(package, url):
    if package == "litellm":
        os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # its limits of models, as packaged
        import litellm
        litellm.suppress_debug_info = True
        litellm.num_retries = 0
        return litellm
    if package == "anthropic":
        from anthropic import Anthropic
        return Anthropic(api_key="KEY", base_url=url, max_retries=0)
    if package == "openai":
        from openai import OpenAI
        return OpenAI(api_key="KEY", base_url=url, max_retries=0)
    return None  # the source makes its own, of `url`


def record(recorder, file, parts):
    """Runs the source's Python and returns the request it sent, and what the client did not like of the answer."""
    first, _, code = parts["source"].partition("\n")
    package, version = first.split()[0].split("==")
    if (installed := importlib.metadata.version(package)) != version:
        raise SystemExit(f"{package} is {installed}, the source says {version}")
    call = json.loads(parts["call"])
    for own in ("model_info", "op", "format"):
        call.pop(own, None)
    call = {name: attached(value, file.parent / "files") for name, value in call.items()}
    if package == "litellm":
        call |= {"api_base": recorder.url, "api_key": "KEY"}
    recorder.answers = [one.encode() for one in parts["upstream response"].split(NEXT)]
    recorder.seen.clear()
    complaint = None
    gc.collect()  # now, and not within a request: closing a stream that was left takes the lock that the request holds
    gc.disable()
    try:
        exec(code.split("\n\n")[0], {"call": call, "client": client_of(package, recorder.url), "url": recorder.url})
    except Exception as error:  # an error answer, or one its types do not know; the request is what counts
        if not recorder.seen:
            raise SystemExit(f"{type(error).__name__}: {error}")
        complaint = error
    finally:
        gc.enable()
    return NEXT.join(recorder.seen[:len(recorder.answers)]), complaint


def main():
    names = [a for a in sys.argv[1:] if a != "--check"]
    files = [pathlib.Path(n).resolve() for n in names] or goldens()
    recorder = Recorder()
    recorded = differing = 0
    for file in files:
        text = file.read_text()
        parts = split(text)
        if not PACKAGE.match(parts["source"]):
            continue
        old, (new, _) = parts["upstream request"], record(recorder, file, parts)
        recorded += 1
        if old == new:
            continue
        differing += 1
        sys.stdout.writelines(difflib.unified_diff(
            old.splitlines(True), new.splitlines(True), str(file.relative_to(ROOT)), "recorded"))
        if "--check" not in sys.argv:
            parts["upstream request"] = new
            file.write_text("".join(f"-- {name} --\n{body}" for name, body in parts.items()))
    print(f"{recorded} requests recorded, {differing} of them differ from their file")
    return 1 if differing and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
