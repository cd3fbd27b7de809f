"""Writes description/*.txt: what OpenAI's API description says of replies.

Run by hand, with the path of the description in JSON:

    python distil.py openai-openapi.json

For each schema that a reply of our endpoints can reach, a table says the
members, which of them are required (!), and their types in a notation of our
own, which description.py reads:

    Embedding
      embedding! [number]
      object! "embedding"

    string, integer, number, boolean, object, null, any
    "word"      that word          [T]   a list of T       T | U   one of several
    Name        another table      {T}   names to T        = T     what a name stands for, each on a line

An object within an object has a table of its own, named for where it stands.
Texts, examples, defaults, lengths and ranges are left out. The same description
gives the same files.
"""

import json
import pathlib
import sys

# A schema stands in the file of the first root that reaches it.
FAMILIES = {
    "errors": ["ErrorResponse"],
    "models": ["ListModelsResponse", "DeleteModelResponse"],
    "embeddings": ["CreateEmbeddingResponse"],
    "moderations": ["CreateModerationResponse"],
    "images": ["ImagesResponse", "ImageGenStreamEvent", "ImageEditStreamEvent"],
    "audio": [
        "CreateTranscriptionResponseJson",
        "CreateTranscriptionResponseDiarizedJson",
        "CreateTranscriptionResponseVerboseJson",
        "CreateTranscriptionResponseStreamEvent",
        "CreateTranslationResponseJson",
        "CreateTranslationResponseVerboseJson",
        "CreateSpeechResponseStreamEvent",
    ],
    "chat": ["CreateChatCompletionResponse", "CreateChatCompletionStreamResponse"],
    "completions": ["CreateCompletionResponse"],
    "responses": ["Response"],
    "response_events": ["ResponseStreamEvent"],
    "response_items": ["ResponseItemList", "TokenCountsResource"],
}

NOTES = {
    "default", "deprecated", "description", "discriminator", "example", "examples", "format", "maxItems", "maxLength",
    "maxProperties", "maximum", "minItems", "minLength", "minimum", "nullable", "optional", "pattern", "propertyNames",
    "title",
}  # fmt: skip
STRUCTURE = {
    "$recursiveAnchor", "$recursiveRef", "$ref", "additionalProperties", "allOf", "anyOf", "const", "enum", "items",
    "oneOf", "properties", "required", "type",
}  # fmt: skip


class Tables:
    """The tables of all schemas that were reached, in the order in which they were."""

    def __init__(self, schemas):
        self.schemas, self.made = schemas, {}

    def reach(self, name):
        if name not in self.made:
            self.made[name] = None  # it may refer to itself
            schema = self.schemas[name]
            types = self.union(schema, name, lift=False)
            self.made[name] = self.members(schema, name) or [("=", t) for t in types]
        return name

    def members(self, schema, where):
        """The table of an object's members, or nothing if it is no such object."""
        properties, required = self.merged(schema)
        types = {name: " | ".join(self.union(properties[name], f"{where}.{name}")) for name in sorted(properties)}
        return [(name + "!" * (name in required), types[name]) for name in types]

    def merged(self, schema):
        """The members of an object and of all that it is made of, and the names of the required ones."""
        if "$ref" in schema:
            schema = self.schemas[last(schema["$ref"])]
        properties, required = dict(schema.get("properties", {})), set(schema.get("required", []))
        for part in schema.get("allOf", []):
            more, needed = self.merged(part)
            properties, required = {**properties, **more}, required | needed
        return properties, required

    def union(self, schema, where, lift=True):
        """The types of a schema, each once."""
        odd = {k for k in schema if not k.startswith("x-")} - NOTES - STRUCTURE
        if odd:
            raise ValueError(f"{where}: what is {', '.join(sorted(odd))}?")
        found = list(self.types(schema, where, lift))
        if schema.get("nullable"):
            found.append("null")
        if any(t == "string" or self.made.get(t) == [("=", "string")] for t in found):  # words are only suggestions
            found = [t for t in found if not t.startswith('"')]
        return list(dict.fromkeys(found))

    def types(self, schema, where, lift):
        several = schema.get("anyOf", schema.get("oneOf"))
        if "$ref" in schema:
            yield self.reach(last(schema["$ref"]))
        elif "$recursiveRef" in schema:
            yield where.split(".")[0]
        elif several:
            for i, part in enumerate(several):
                yield from self.union(part, where if "." in where and named(several) <= 1 else f"{where}.{i}")
        elif len(schema.get("allOf", [])) == 1 and "properties" not in schema:
            yield from self.union(schema["allOf"][0], where)
        elif "const" in schema or "enum" in schema:
            yield from (json.dumps(word) for word in sorted(schema.get("enum", [schema.get("const")]), key=str))
        elif lift and self.members(schema, where):
            self.made[where] = self.members(schema, where)
            yield where
        else:
            kinds = schema.get("type", "any")
            for kind in kinds if isinstance(kinds, list) else [kinds]:
                yield self.container(kind, schema, where)

    def container(self, kind, schema, where):
        if kind == "array":
            return f"[{' | '.join(self.union(schema.get('items', {}), where))}]"
        values = schema.get("additionalProperties")
        if kind == "object" and isinstance(values, dict):
            return f"{{{' | '.join(self.union(values, where))}}}"
        return kind


def last(reference):
    return reference.rpartition("/")[2]


def named(parts):
    """How many of a union's parts would get a table of their own."""
    return sum("properties" in p or "properties" in p.get("items", {}) for p in parts)


def main(path):
    description = json.loads(pathlib.Path(path).read_text())
    tables, written = Tables(description["components"]["schemas"]), set()
    for family, roots in FAMILIES.items():
        for root in roots:
            tables.reach(root)
        new = sorted(set(tables.made) - written)
        written |= set(new)
        lines = [f"# From OpenAI's API description, version {description['info']['version']}, by distil.py."]
        for name in new:
            lines += ["", name, *(f"  {member} {types}" for member, types in tables.made[name])]
        (pathlib.Path(__file__).parent / "description" / f"{family}.txt").write_text("\n".join(lines) + "\n")
        print(f"{family}: {len(new)} tables, {len(lines)} lines")


if __name__ == "__main__":
    main(sys.argv[1])
