"""The captures: what a vendor's own package sends, and what the vendor answers.

captures/FORMAT/CASE.json has `source` (the page that the replies are made of),
`says` (cases.Heard of both replies), and for plain and stream a `request`, as
the package of its format sent it, and a `reply`. The reply of a stream is its
events; WIRES has how they are written.

    python captures.py      records all requests again
"""

import json
import pathlib
import sys
import zlib

from backs import FORMATS, model_of
from cases import CASES, MODES

FOLDER = pathlib.Path(__file__).parent / "captures"


def load(format, case):
    return json.loads((FOLDER / format / f"{case}.json").read_text())


def dumped(capture):
    """A capture's file: a line for each part, and for each event of a stream."""

    def line(value):
        return json.dumps(value, ensure_ascii=False)

    def mode(name):
        reply = capture[name]["reply"]
        if isinstance(reply, list):
            reply = "[\n" + ",\n".join(f"    {line(event)}" for event in reply) + "\n  ]"
        else:
            reply = line(reply)
        return f'"{name}": {{\n  "request": {line(capture[name]["request"])},\n  "reply": {reply}\n}}'

    heads = [f'"{name}": {line(capture[name])}' for name in ("source", "says")]
    return "{\n" + ",\n".join(heads + [mode(name) for name in MODES]) + "\n}\n"


def sse(events):
    return "".join(f"data: {e if isinstance(e, str) else json.dumps(e)}\n\n" for e in events).encode()


def named_sse(events):
    return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events).encode()


def ndjson(events):
    return "".join(json.dumps(e) + "\n" for e in events).encode()


def eventstream(events):
    """AWS's binary frames, of events that are {type: payload}.

    https://smithy.io/2.0/aws/amazon-eventstream.html
    """
    stream = b""
    for event in events:
        ((kind, value),) = event.items()
        payload = json.dumps(value).encode()
        fields = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
        headers = b"".join(
            bytes([len(k)]) + k.encode() + b"\x07" + len(v).to_bytes(2, "big") + v.encode() for k, v in fields.items()
        )
        frame = (16 + len(headers) + len(payload)).to_bytes(4, "big") + len(headers).to_bytes(4, "big")
        frame += zlib.crc32(frame).to_bytes(4, "big") + headers + payload
        stream += frame + zlib.crc32(frame).to_bytes(4, "big")
    return stream


WIRES = {
    "chat": ("text/event-stream; charset=utf-8", sse),
    "responses": ("text/event-stream; charset=utf-8", named_sse),
    "messages": ("text/event-stream; charset=utf-8", named_sse),
    "gemini": ("text/event-stream", sse),
    "bedrock": ("application/vnd.amazon.eventstream", eventstream),
    "cohere": ("text/event-stream", named_sse),
    "ollama": ("application/x-ndjson", ndjson),
}


def record(upstream, format, case, mode):
    """Has the format's own package ask the upstream: what was sent, and what it read of the reply."""
    upstream.seen.clear()
    value = FORMATS[format].ask(f"{upstream.url}/{format}/{case}", "KEY", model_of(format, case), case, mode == "stream")
    (request,) = upstream.seen
    return request, FORMATS[format].hear(value)


def main():
    from upstream import Upstream

    with Upstream() as upstream:
        for format in WIRES:
            for case in CASES:
                capture = load(format, case)
                for mode in MODES:
                    capture[mode]["request"], _ = record(upstream, format, case, mode)
                (FOLDER / format / f"{case}.json").write_text(dumped(capture))


if __name__ == "__main__":
    sys.exit(main())
