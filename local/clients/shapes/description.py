"""OpenAI's API description as far as replies go, as a check.

description/*.txt are the tables that distil.py writes, and corrections.txt says
where OpenAI's own replies, by the types of its SDK, depart from them. They are
made into JSON Schema for a validator from PyPI.
"""

import dataclasses
import functools
import json
import pathlib
import re

import jsonschema_rs

HERE = pathlib.Path(__file__).parent
TOKEN = re.compile(r'\s*("[^"]*"|[\w.]+|[][{}|])')
KINDS = {"string", "integer", "number", "boolean", "object", "null"}


@dataclasses.dataclass(frozen=True)
class Type:
    """One alternative: kind is word, list, map, table, any or one of KINDS."""

    kind: str
    of: "str | tuple[Type, ...]" = ""  # the word, the table's name, or what the list or map holds

    def schema(self):
        match self.kind:
            case "word":
                return {"const": self.of}
            case "list":
                return {"type": "array", "items": either(self.of)}
            case "map":
                return {"type": "object", "additionalProperties": either(self.of)}
            case "table":
                return {"$ref": f"#/$defs/{self.of}"}
            case "any":
                return {}
        return {"type": self.kind}


def either(types):
    if len(types) == 1:
        return types[0].schema()
    return {"anyOf": [t.schema() for t in types]}


def parse(text):
    """The alternatives that a type's text names."""
    tokens = TOKEN.findall(text)

    def union():
        found = [one()]
        while tokens and tokens[0] == "|":
            tokens.pop(0)
            found.append(one())
        return tuple(found)

    def one():
        token = tokens.pop(0)
        if token in "[{":
            inner = Type({"[": "list", "{": "map"}[token], union())
            tokens.pop(0)
            return inner
        if token.startswith('"'):
            return Type("word", token.strip('"'))
        return Type(token) if token in KINDS | {"any"} else Type("table", token)

    return union()


@dataclasses.dataclass
class Table:
    """An object's members, or a name for types."""

    members: dict[str, tuple[Type, ...]] = dataclasses.field(default_factory=dict)
    required: set[str] = dataclasses.field(default_factory=set)
    stands_for: tuple[Type, ...] = ()

    def schema(self):
        if self.stands_for:
            return either(self.stands_for)
        properties = {name: either(types) for name, types in self.members.items()}
        return {"type": "object", "properties": properties, "required": sorted(self.required)}


def read_tables():
    tables = {}
    for path in sorted((HERE / "description").glob("*.txt")):
        for line in path.read_text().splitlines():
            if not line or line.startswith("#"):
                continue
            if not line.startswith(" "):
                table = tables[line] = Table()
                continue
            name, types = line.strip().split(" ", 1)
            if name == "=":
                table.stands_for += parse(types)
                continue
            table.members[name.rstrip("!")] = parse(types)
            if name.endswith("!"):
                table.required.add(name.rstrip("!"))
    return tables


@dataclasses.dataclass(frozen=True)
class Correction:
    """A line of corrections.txt: a member that is optional, or of one more type."""

    whose: str  # the vendors' replies, or "all"
    table: str
    member: str
    also: str  # a type, or "optional"
    reason: str

    def concerns(self, vendor):
        return self.whose == "all" or vendor in self.whose.split()

    def apply(self, tables):
        table = tables[self.table]
        if self.also == "optional":
            table.required.remove(self.member)
        elif self.member == "=":
            table.stands_for += parse(self.also)
        else:
            table.members[self.member] += parse(self.also)


def read_corrections():
    for line in (HERE / "corrections.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            whose, place, also, reason = (part.strip() for part in line.split(";", 3))
            table, _, member = place.rpartition(".")
            yield Correction(whose, table, member, also, reason)


class Description:
    def __init__(self, corrections):
        self.tables = read_tables()
        for correction in corrections:
            correction.apply(self.tables)
        self.schemas = {name: table.schema() for name, table in self.tables.items()}

    @functools.cache
    def validator(self, type):
        return jsonschema_rs.validator_for({**type.schema(), "$defs": self.schemas})

    def faults(self, root, body):
        """What is wrong with a body, in words, each with where it is."""
        errors = ([*self.validator(type).iter_errors(body)] for type in self.flat(self.named(root)))
        nearest = min(errors, key=lambda found: sum(len(e.instance_path) < 2 for e in found))
        return [f"{'.'.join(map(str, e.instance_path))}: {e.message[:300]}" for e in nearest]

    def named(self, root):
        return (Type("table", root),)

    def fits(self, type, value):
        return self.validator(type).is_valid(value)

    def closed(self, types):
        """Whether a text of these types can only be one of certain words."""
        kinds = {t.kind for t in self.flat(types)}
        return "word" in kinds and not kinds & {"string", "any"}

    def flat(self, types):
        for type in types:
            names = self.tables[type.of].stands_for if type.kind == "table" else ()
            yield from self.flat(names) if names else (type,)
