"""Drug names: what a person wrote ("GemCis + Imfinzi") in, INNs and their classes out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from actionability.grammar import listed
from pipeline.errors import KnowledgeError


@dataclass(frozen=True, kw_only=True)
class Drugs:
    """The drugs the tables know: INN to classes, and every name to its INNs."""

    classes: Mapping[str, frozenset[str]]
    names: Mapping[str, tuple[str, ...]]
    pattern: re.Pattern[str] = field(compare=False)

    @classmethod
    def of(
        cls, drugs: Sequence[Mapping[str, str]], mixtures: Sequence[Mapping[str, str]]
    ) -> "Drugs":
        """From the rows of `drugs.csv` and `mixtures.csv`; `KnowledgeError` on a name twice."""
        classes = {row["inn"]: frozenset(listed(row["classes"])) for row in drugs}
        pairs: list[tuple[str, tuple[str, ...]]] = [(row["inn"], (row["inn"],)) for row in drugs]
        pairs += [(name, (row["inn"],)) for row in drugs for name in listed(row["other_names"])]
        pairs += [(row["name"], listed(row["agents"])) for row in mixtures]
        names: dict[str, tuple[str, ...]] = {}
        for name, inns in pairs:
            if names.setdefault(_key(name), inns) != inns:
                raise KnowledgeError(f"{name!r} names two different drugs")
        longest = sorted(names, key=len, reverse=True)
        either = "|".join(re.escape(name) for name in longest)
        return cls(classes=classes, names=names, pattern=re.compile(rf"(?<!\w)(?:{either})(?!\w)"))

    def read(self, text: str) -> tuple[str, ...]:
        """The INNs named in the text, in its order; () if none is known."""
        found = (self.names[match.group()] for match in self.pattern.finditer(_key(text)))
        return tuple(dict.fromkeys(inn for inns in found for inn in inns))

    def components(self, therapy: str) -> tuple[str, ...]:
        """The INNs of a table's therapy cell; () for "none" and for clinical trials."""
        if therapy in self.classes:
            return (therapy,)
        return tuple(part for part in therapy.split(" + ") if part in self.classes)

    def scopes(self, agents: Sequence[str]) -> frozenset[str]:
        """The INNs and all their classes: what a caution's scope may name."""
        named = [self.classes.get(agent, frozenset()) for agent in agents]
        return frozenset(agents).union(*named)


def _key(text: str) -> str:
    return " ".join(text.lower().split())
