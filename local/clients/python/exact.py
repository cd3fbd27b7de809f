"""What a client sent and what the upstream got, byte by byte."""

import base64
import dataclasses
import email
import email.policy


@dataclasses.dataclass(frozen=True)
class Part:
    """One part of a form: a field, or a file."""

    name: str
    data: bytes
    filename: str | None = None
    kind: str | None = None


def parts(content_type, body):
    """The parts of a form, sorted by name; several of a name keep their order."""
    message = email.message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body, policy=email.policy.HTTP)
    assert message.is_multipart(), content_type
    return sorted((part(p) for p in message.iter_parts()), key=lambda p: p.name)


def part(message):
    filename = message.get_filename()
    name = message.get_param("name", header="content-disposition")
    return Part(name, message.get_payload(decode=True), filename, message.get_content_type() if filename else None)


def upstream_body(way, scenario):
    """The exact bytes of the newest request for a scenario."""
    return base64.b64decode(way.upstream.requests(scenario)[-1]["body"])


def assert_passed_on(way, scenario, request):
    """The upstream got the client's own bytes, but for the model's name and the
    key, which it got from the gateway."""
    got, headers = upstream_body(way, scenario), way.headers(scenario)
    name = f'"model":"{way.model(scenario)}"'.encode()
    assert request.read().count(name) == 1
    assert got == request.read().replace(name, f'"model":"{scenario}"'.encode())
    assert_key_swapped(way, got, headers)


def assert_form_passed_on(way, scenario, request):
    """The upstream got the client's fields and files, but for the model's name."""
    got, headers = upstream_body(way, scenario), way.headers(scenario)
    sent = parts(request.headers["content-type"], request.read())
    want = [dataclasses.replace(p, data=scenario.encode()) if p.name == "model" else p for p in sent]
    assert parts(headers["content-type"], got) == want
    assert_key_swapped(way, got, headers)


def assert_key_swapped(way, body, headers):
    if way.mode == "direct":
        return
    if way.vendor == "anthropic":
        assert headers["x-api-key"] == way.key and "authorization" not in headers
    else:
        assert headers["authorization"] == f"Bearer {way.key}" and "x-api-key" not in headers
    client_key = way.client.api_key
    assert client_key.encode() not in body and client_key not in repr(headers)
