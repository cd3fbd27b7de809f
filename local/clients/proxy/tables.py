"""LiteLLM's tables in memory, as its Prisma client has them: the columns, their
defaults and the relations are those of the schema that LiteLLM is shipped with.

Nothing here knows a table by name. Filters, orders and includes are those that
LiteLLM's routes for lists ask for; one that is not known raises.
"""

import copy
import datetime
import importlib.resources
import json
import re

from pydantic import BaseModel, ConfigDict

EPOCH = datetime.datetime(2026, 10, 1, 12, tzinfo=datetime.timezone.utc)


class Row(BaseModel):
    model_config = ConfigDict(extra="allow", protected_namespaces=())


class Column:
    """A line of a model: name Type[]? @default(..) @relation(..)"""

    def __init__(self, line):
        self.name, kind = line.split()[:2]
        self.type = kind.rstrip("[]?")
        self.many = kind.endswith("[]")
        default = re.search(r'@default\((?:"?(.*?)"?)\)(?:\s|$)', line)
        self.default = default.group(1) if default else None
        fields = re.search(r"fields: \[(\w+)\], references: \[(\w+)\]", line)
        self.fields = fields.groups() if fields else None

    def value(self, text):
        """A value of a row as the client gives it; None: the row says nothing."""
        if text is None:
            if self.many:
                return []
            if self.default is None:
                return None
            return {"now()": EPOCH, "uuid()": "made-here", "true": True, "false": False}.get(self.default) if self.type != "Json" and self.type not in ("Float", "Int") else json.loads(self.default)
        if self.type == "DateTime":
            return datetime.datetime.fromisoformat(text)
        return copy.deepcopy(text)


def schema():
    text = importlib.resources.files("litellm.proxy").joinpath("schema.prisma").read_text()
    models = {}
    for name, body in re.findall(r"^model (\w+) \{\n(.*?)^\}", text, re.M | re.S):
        lines = [line.strip() for line in body.splitlines()]
        models[name] = [Column(line) for line in lines if line and not line.startswith(("//", "@@"))]
    return models


class Table:
    def __init__(self, database, name, columns):
        self.database, self.name = database, name
        self.relations = {c.name: c for c in columns if c.type in database.models}
        self.columns = [c for c in columns if c.name not in self.relations]
        self.rows = []

    def add(self, row):
        known = {c.name for c in self.columns}
        assert set(row) <= known, f"{self.name} has no {set(row) - known}"
        self.rows.append({c.name: c.value(row.get(c.name)) for c in self.columns})

    def find(self, where):
        return [row for row in self.rows if holds(where or {}, row)]

    def included(self, row, include):
        full = dict(row)
        for name, relation in self.relations.items():
            full[name] = [] if relation.many and include.get(name) else None
            if include.get(name):
                full[name] = self.related(row, relation)
        return Row(**full)

    def related(self, row, relation):
        other = self.database.tables[relation.type]
        if relation.fields:
            own, theirs = relation.fields
            found = other.find({theirs: row[own]}) if row[own] is not None else []
            return Row(**found[0]) if found else None
        back = next(r for r in other.relations.values() if r.type == self.name and r.fields)
        theirs, own = back.fields
        return [other.included(r, {}) for r in other.find({theirs: row[own]})]

    async def find_many(self, where=None, include=None, skip=0, take=None, order=None, distinct=None):
        rows = self.find(where)
        for by in reversed(order if isinstance(order, list) else [order] if order else []):
            ((column, direction),) = by.items()
            rows.sort(key=lambda row: row[column], reverse=direction == "desc")
        end = None if take is None else skip + take
        return [self.included(row, include or {}) for row in rows[skip:end]]

    async def find_unique(self, where, include=None):
        rows = self.find(where)
        return self.included(rows[0], include or {}) if rows else None

    find_first = find_unique

    async def count(self, where=None):
        return len(self.find(where))


def holds(where, row):
    return all(
        any(holds(w, row) for w in wanted) if column == "OR"
        else all(holds(w, row) for w in wanted) if column == "AND"
        else meets(row[column], wanted)
        for column, wanted in where.items()
    )


def meets(value, wanted):
    if not isinstance(wanted, dict):
        return value == wanted
    ((how, what),) = wanted.items()
    return {"in": lambda: value in what, "not": lambda: value is not None and value != what, "equals": lambda: value == what}[how]()


class Database:
    """Stands where LiteLLM has its connected Prisma client: client.db.<table>."""

    def __init__(self):
        self.models = schema()
        self.tables = {name: Table(self, name, columns) for name, columns in self.models.items()}
        self.db = self

    def __getattr__(self, name):
        for table in self.__dict__.get("tables", {}).values():
            if table.name.lower() == name:
                return table
        raise AttributeError(name)

    def fill(self, rows):
        """Rows by LiteLLM's names of tables, as JSON has them."""
        for name, many in rows.items():
            for row in many:
                self.tables[name].add(row)
