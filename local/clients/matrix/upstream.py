"""A vendor that answers with the captures: /FORMAT/CASE before a vendor's own
path says with which. What came is kept in `seen`, in a capture's words."""

import http.server
import json
import re
import threading
import urllib.parse

import captures

# Headers that say who asks, and in which version of the vendor's words.
HEADERS = ("authorization", "x-api-key", "x-goog-api-key", "anthropic-version")
SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=(\w+)/\d{8}/([\w/-]+), SignedHeaders=[\w;-]+, Signature=[0-9a-f]{64}")


def strict(pairs):
    """A JSON object; one with a member twice could be read in two ways."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError(f"a member stands twice: {pairs}")
    return dict(pairs)


class Upstream(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])), object_pairs_hook=strict)
        _, format, case, path = self.path.split("/", 3)
        self.server.seen.append({
            "path": "/" + urllib.parse.unquote(path),
            **{name: self.credentials(name) for name in HEADERS if self.headers[name]},
            "body": body,
        })
        capture = captures.load(format, case)
        if body.get("stream") or "stream" in path.lower():
            kind, write = captures.WIRES[format]
            self.answer(kind, write(capture["stream"]["reply"]))
        else:
            self.answer("application/json", json.dumps(capture["plain"]["reply"]).encode())

    def credentials(self, name):
        """A signature of the moment becomes whose it is and for what."""
        return SIGNED.sub(r"AWS4-HMAC-SHA256 \1 \2", self.headers[name])

    def answer(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
