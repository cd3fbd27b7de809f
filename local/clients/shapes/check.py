"""Checks a body against both authorities, and the check against broken bodies."""

import collections
import dataclasses
import functools
import pathlib

import description
import pydantic
import sites
from kinds import KINDS

HERE = pathlib.Path(__file__).parent


def table(name):
    """The rows of a table of ours: what, and why."""
    rows = (line.split(";", 1) for line in (HERE / name).read_text().splitlines() if line and not line.startswith("#"))
    return {what.strip(): why.strip() for what, why in rows}


@dataclasses.dataclass
class Tally:
    endpoints: set = dataclasses.field(default_factory=set)
    cases: int = 0
    bodies: int = 0
    events: dict = dataclasses.field(default_factory=lambda: collections.defaultdict(set))
    unseen: int = 0
    faults: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    added: set = dataclasses.field(default_factory=set)

    def count(self, call, reply, unseen):
        self.endpoints.add(f"{call.method} {call.path}")
        self.cases += 1
        self.bodies += len(reply.bodies)
        self.unseen += len(unseen)
        for kind, body in reply.bodies:
            if kind.endswith("event"):
                self.events[kind].add(body["type"])


class Check:
    def __init__(self):
        self.corrections = list(description.read_corrections())
        self.additions = table("additions.txt")
        self.tally = Tally()

    @functools.cache
    def description(self, vendor):
        return description.Description(c for c in self.corrections if c.concerns(vendor))

    def body(self, name, body, vendor):
        """The problems of a body, and its sites: (the site, whether the fault there is let through)."""
        kind, problems, found = KINDS[name], [], []
        if kind.table:
            tables = self.description(vendor)
            problems += [f"OpenAI's description: {fault}" for fault in tables.faults(kind.table, body)]
            places, unknown = sites.described(tables, kind.table, body)
            found += [(site, lambda: tables.fits(*tables.named(kind.table), body)) for site in places]
            problems += self.strange(name, unknown)
        try:
            value = kind.adapter.validate_python(body, strict=True)
        except pydantic.ValidationError as refusal:
            return [*problems, f"the SDK's type: {refusal}"], []
        places, unknown = sites.typed(value)
        found += [(site, lambda: kind.accepts(body)) for site in places]
        return problems + self.strange(name, unknown), found

    def strange(self, kind, unknown):
        """The members that are in no authority's list nor in ours."""
        strange = []
        for path in unknown:
            name = f"{kind} {'.'.join('*' if isinstance(step, int) else step for step in path)}"
            row = next((row for row in (name, f"any {path[-1]}") if row in self.additions), None)
            if row:
                self.tally.added.add(row)
            else:
                strange.append(f"{name} is unknown")
        return sorted(strange)

    def unseen(self, found, body):
        """Breaks a good body at each of its sites, and gives the faults that were let through."""
        for site, accepts in found:
            mend = site.apply(body)
            if accepts():
                yield f"{site.where} at {site.path} {site.fault}"
            mend()
            self.tally.faults[site.fault] += 1
