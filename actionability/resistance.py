"""Resistance alleles: the case's mutations and a therapy in, what they take away out (R44, R58)."""

from collections.abc import Iterable
from dataclasses import dataclass

from actionability.facts import Facts, in_words
from actionability.match import short_protein
from actionability.rows import Indication, Resistance
from pipeline.model import Finding, Significance, Status
from pipeline.patient import FlagKind


@dataclass(frozen=True, kw_only=True)
class Resisted:
    """One resistance allele that was found, and what it does to the therapy."""

    effect: FlagKind
    sentence: str
    finding: Finding


def resisted(row: Indication, rules: Iterable[Resistance], facts: Facts) -> tuple[Resisted, ...]:
    """Every resistance rule that an allele of the case meets for this row's therapy."""
    asked = [
        rule
        for rule in rules
        if row.therapy in rule.therapies and rule.jurisdiction in {None, row.jurisdiction}
    ]
    return tuple(met for rule in asked for met in _met(rule, facts))


def _met(rule: Resistance, facts: Facts) -> list[Resisted]:
    # A named resistance allele counts even where a report calls it a VUS: it takes away, it
    # never gives. A benign or absent one does not.
    found = [
        finding
        for finding in facts.all_findings(rule.marker)
        if finding.status is Status.DETECTED and finding.significance is not Significance.BENIGN
    ]
    hits = [item for item in found if is_one_of(item, rule.alleles)]
    return [
        Resisted(effect=rule.effect, sentence=f"{in_words(item)}: {rule.sentence}", finding=item)
        for item in hits
    ]


def is_one_of(finding: Finding, alleles: tuple[str, ...]) -> bool:
    """Whether the finding is one of the alleles of a resistance rule."""
    named = short_protein(finding)
    if named is None:
        return False
    return any(_same(named, allele) for allele in alleles)


def _same(named: str, allele: str) -> bool:
    if not allele.endswith("*"):
        return named == allele
    residue = allele[:-1]
    rest = named.removeprefix(residue)
    return rest != named and len(rest) == 1 and rest.isalpha() and rest != residue[0]
