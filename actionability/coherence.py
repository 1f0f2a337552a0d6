"""Does a release hold together? Tables in, sentences of fault about rows that contradict out.

Each function is one rule: the drug a row names is the drug it codes, its biomarker and its
disease scope fit the questions it asks, a withdrawn drug stays blocked, and no row is idle.
"""

import re
from collections.abc import Iterator
from itertools import combinations

from actionability.grammar import Call
from actionability.knowledge import Knowledge
from actionability.rows import Indication, LabelStatus
from pipeline.isoforms import fits_reference
from pipeline.model import AlterationClass, Marker
from pipeline.patient import FlagKind, Site

_HER2 = frozenset({Marker.HER2_IHC, Marker.HER2_ISH, Marker.ERBB2_AMPLIFICATION})
_OF_CLASS = {
    "fusion": AlterationClass.FUSION,
    "protein": AlterationClass.MUTATION,
    "other_than": AlterationClass.MUTATION,
    "codon": AlterationClass.MUTATION,
    "outside_codon": AlterationClass.MUTATION,
    "mutation": AlterationClass.MUTATION,
}
_OF_MARKERS = {
    "amplification": frozenset(
        {*(m for m in Marker if m.alteration_class is AlterationClass.AMPLIFICATION), *_HER2}
    )
    - {Marker.HER2_IHC},
    "ihc": frozenset({Marker.HER2_IHC}),
    "her2_positive": _HER2,
    "unstable": frozenset({Marker.MSI, Marker.MMR}),
    "burden_at_least": frozenset({Marker.TMB}),
}
_ARGUMENT = {
    "fusion": re.compile(r"[A-D]( [A-D])*"),
    "protein": re.compile(r"[A-Z]\d+[A-Z]"),
    "other_than": re.compile(r"[A-Z]\d+[A-Z]"),
    "codon": re.compile(r"[A-Z]\d+"),
    "outside_codon": re.compile(r"[A-Z]\d+"),
    "ihc": re.compile(r"0|[123]\+"),
    "burden_at_least": re.compile(r"\d+(\.\d+)?"),
}
_SCOPES = (
    ("solid tumours", None),
    ("biliary", "site_in_label(biliary)"),
    ("intrahepatic", f"site_is({Site.INTRAHEPATIC})"),
    ("cholangiocarcinoma", "site_in_label(cholangiocarcinoma)"),
)


def faults(knowledge: Knowledge) -> Iterator[str]:
    """Every contradiction, in the order of the tables."""
    for row in knowledge.indications:
        where = f"indications.csv ({row.id})"
        yield from (f"{where}: {fault}" for fault in _of_drug(row, knowledge))
        yield from (f"{where}: {fault}" for fault in _of_biomarker(row))
        yield from (f"{where}: {fault}" for fault in _of_disease(row))
    yield from _of_regimens(knowledge)
    yield from _of_withdrawals(knowledge)
    yield from _of_shadows(knowledge)
    yield from _of_idle_rows(knowledge)
    yield from _of_sites(knowledge)


def _of_drug(row: Indication, knowledge: Knowledge) -> Iterator[str]:
    coded = set(knowledge.drugs.components(row.therapy))
    if not coded:
        return
    for cell in (row.id.replace("-", " "), row.group.replace("-", " "), row.source):
        # A source may name other drugs in prose; a label's own name stands in its reference.
        labels = " ".join(re.findall(r"(?:ind|doc):(?:fda|ema)\.(\w+)", cell))
        named = set(knowledge.drugs.read(labels if cell is row.source else cell))
        if named - coded:
            yield f"names {', '.join(sorted(named - coded))}, but its therapy is {row.therapy}"
    words = {word for drug in coded for word in drug.split()}
    if not words & set(row.id.split("-")):
        yield f"its id does not name {row.therapy}"


def _of_biomarker(row: Indication) -> Iterator[str]:
    for marker in row.markers:
        if not _fits(row.match, marker):
            yield f"{row.match} can never be met by {marker}"
    shape = _ARGUMENT.get(row.match.name)
    if shape and not shape.fullmatch(row.match.argument):
        yield f"no finding can ever meet {row.match}"
    elif row.match.name in {"protein", "other_than", "codon", "outside_codon"}:
        yield from _of_residue(row)
    if not row.markers and row.match.name != "not_read":
        yield f"{row.match} has no marker to be met by"


def _fits(match: Call, marker: Marker) -> bool:
    if match.name in _OF_CLASS:
        return marker.alteration_class is _OF_CLASS[match.name]
    return marker in _OF_MARKERS.get(match.name, frozenset())


def _of_residue(row: Indication) -> Iterator[str]:
    residue = re.sub(r"(?<=\d)[A-Z]$", "", row.match.argument)
    for marker in row.markers:
        if marker.gene and not fits_reference(marker.gene, f"p.{residue}Ter"):
            yield f"{marker.gene} has no residue {residue}"


def _of_disease(row: Indication) -> Iterator[str]:
    """A label's words and the site the row asks for say the same."""
    if row.status.is_unlabelled or row.status.is_barred:
        return
    asked = {str(call) for call in row.requires if call.name.startswith("site_")}
    for word, wanted in _SCOPES:
        if word in row.label_scope:
            if asked != ({wanted} if wanted else set()):
                said = ", ".join(sorted(asked)) or "no site"
                yield f"its label says {word!r}, but it asks {said}"
            return


def _of_regimens(knowledge: Knowledge) -> Iterator[str]:
    for row in knowledge.regimens:
        named, agents = set(knowledge.drugs.read(row.regimen)), set(row.agents)
        parts = set(knowledge.drugs.read(" ".join(row.schedule[:1])))
        strange = sorted((named ^ agents) | (parts - agents))
        if strange:
            yield f"regimens.csv ({row.id}): its cells disagree about {', '.join(strange)}"


def _of_withdrawals(knowledge: Knowledge) -> Iterator[str]:
    for row in knowledge.indications:
        if row.status is not LabelStatus.WITHDRAWN:
            continue
        where = f"indications.csv ({row.id})"
        if row.valid_to:
            yield f"{where}: a withdrawn drug stays blocked: valid_to must be empty"
        for other in knowledge.indications:
            if _offers(other, row):
                yield f"{where}: withdrawn, but {other.id} still offers {row.therapy}"


def _offers(other: Indication, withdrawn: Indication) -> bool:
    same = (other.therapy, other.jurisdiction) == (withdrawn.therapy, withdrawn.jurisdiction)
    if not same or other.status.is_barred or not set(other.markers) & set(withdrawn.markers):
        return False
    since = withdrawn.valid_from
    return other.valid_to is None or since is None or other.valid_to > since


def _of_shadows(knowledge: Knowledge) -> Iterator[str]:
    """Two rows that ask the same of the same marker: the second can never speak."""
    for groups in knowledge.groups.values():
        rows = [row for group in groups for row in group]
        for one, other in combinations(rows, 2):
            if one.group != other.group and _key(one) == _key(other):
                yield f"indications.csv ({other.id}): never reached, {one.id} asks the same"


def _key(row: Indication) -> tuple[object, ...]:
    return row.markers, row.match, row.therapy, row.line, row.requires


def _of_idle_rows(knowledge: Knowledge) -> Iterator[str]:
    scopes = frozenset().union(*knowledge.scopes.values())
    for caution in knowledge.cautions:
        if caution.scope.isdisjoint(scopes):
            yield f"cautions.csv ({caution.id}): concerns no indication and no regimen"
    for rule in knowledge.resistance:
        gene = rule.marker.gene
        for allele in rule.alleles:
            named = re.sub(r"\*$", "Ter", allele)
            if gene and not fits_reference(gene, f"p.{named}"):
                yield f"resistance.csv ({rule.id}): {gene} has no residue for {allele}"
        if rule.effect not in {FlagKind.BLOCK, FlagKind.CAUTION}:
            yield f"resistance.csv ({rule.id}): its effect is BLOCK or CAUTION"


def _of_sites(knowledge: Knowledge) -> Iterator[str]:
    sites = knowledge.sites
    for scope in sorted(sites.scopes):
        for site in Site:
            if sites.answer(scope, site) is None:
                yield f"site_scopes.csv: {scope} does not say whether it takes {site} in"
    covered = sites.answer("biliary", Site.GALLBLADDER)
    if covered is None or covered.answer != "inside":
        yield "site_scopes.csv: a label for biliary tract cancer covers the gallbladder"
