"""Where a reply can be broken: its required members, and its words.

One walk follows OpenAI's tables and one the SDK's types, each down the
alternatives that the reply really is.
"""

import dataclasses
import typing

import pydantic


@dataclasses.dataclass(frozen=True)
class Site:
    """A required member, or a word of a closed list, at a path in a body."""

    fault: str  # "deleted" or "broken"
    path: tuple
    where: str  # what says so: "Table.member" or "Model.member"

    def apply(self, body):
        """Breaks a body in place, and returns what mends it."""
        *way, key = self.path
        for step in way:
            body = body[step]
        if self.fault == "deleted":
            members = list(body.items())
            del body[key]
            return lambda: (body.clear(), body.update(members))
        word = body[key]
        body[key] = "no such word"
        return lambda: body.__setitem__(key, word)


def described(description, root, body):
    """The sites that the tables give, and the paths of members that they do not know."""
    sites, unknown = [], []

    def walk(types, value, path, where):
        if isinstance(value, str) and description.closed(types):
            sites.append(Site("broken", path, where))
            return
        type = next((t for t in types if description.fits(t, value)), None)
        if type is None or type.kind not in ("table", "list", "map"):
            return
        if type.kind != "table":
            for key, one in enumerate(value) if type.kind == "list" else value.items():
                walk(type.of, one, (*path, key), where)
            return
        table = description.tables[type.of]
        if table.stands_for:
            walk(table.stands_for, value, path, where)
            return
        for name, one in value.items():
            if name not in table.members:
                unknown.append((*path, name))
                continue
            if name in table.required:
                sites.append(Site("deleted", (*path, name), f"{type.of}.{name}"))
            walk(table.members[name], one, (*path, name), f"{type.of}.{name}")

    walk(description.named(root), body, (), root)
    return sites, unknown


def typed(value):
    """The sites that the SDK's types give, and the paths of members that they do not know."""
    sites, unknown = [], []

    def walk(value, path):
        if isinstance(value, pydantic.BaseModel):
            kind = type(value)
            unknown.extend((*path, name) for name in value.model_extra or ())
            for name, field in kind.model_fields.items():
                here = getattr(value, name)
                key = field.alias or name
                if field.is_required():
                    sites.append(Site("deleted", (*path, key), f"{kind.__name__}.{key}"))
                if isinstance(here, str) and closed(field.annotation):
                    sites.append(Site("broken", (*path, key), f"{kind.__name__}.{key}"))
                walk(here, (*path, key))
        elif isinstance(value, (list, dict)):
            for key, one in enumerate(value) if isinstance(value, list) else value.items():
                walk(one, (*path, key))

    walk(value, ())
    return sites, unknown


def closed(annotation):
    """Whether a text of this type can only be one of certain words."""
    if typing.get_origin(annotation) is typing.Literal:
        return True
    if typing.get_origin(annotation) in (list, dict):
        return False
    parts = [a for a in typing.get_args(annotation) if a is not type(None)]
    return bool(parts) and all(map(closed, parts))
