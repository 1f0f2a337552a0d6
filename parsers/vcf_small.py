"""Small alleles in, observations out: name, significance, and doubt where sources disagree."""

from dataclasses import replace

from parsers.vcf_alleles import SmallAllele
from parsers.vcf_annotation import (
    Effect,
    on_isoforms,
    on_transcripts,
    protein_on_mane,
    residues,
)
from parsers.vcf_frame import STRONG, Frame, Passed
from pipeline.consequence import Kind
from pipeline.model import AlterationClass, Observation, Significance, Status
from pipeline.transcripts import transcripts
from pipeline.variants import significance_of

_SILENT = frozenset({"synonymous_variant", "synonymous", "intron_variant", "intron", "intronic"})
"""Words of annotators (Sequence Ontology, bcftools, ANNOVAR) for no change of the protein."""


def observation(found: SmallAllele, frame: Frame) -> Observation | Passed:
    """One allele as an observation on its marker, or the reason why it is none."""
    stated = _stated(found)
    if found.consequence.kind is Kind.REFUSED:
        return _refused(found, stated, frame)
    if found.consequence.kind.is_silent and not _changes(stated):
        return Passed(line=found.record.line, reason=found.consequence.kind.value)
    if _disagrees(found, stated):
        return _disputed(found, stated, frame)
    return _observe(found, frame, _own(found))


def _own(found: SmallAllele) -> str | None:
    return found.consequence.hgvs_p


def _stated(found: SmallAllele) -> tuple[str, ...]:
    """What annotators state: protein changes in MANE numbering, else a silent consequence.

    The transcript of our own consequence speaks first, then others whose numbering is known;
    of all others only the residues can be compared.
    """
    own = _on_own_transcript(found)
    named = protein_on_mane(own, found.gene)
    if named:
        return named
    if own and all(set(each.consequence.split("&")) <= _SILENT for each in own):
        return (own[0].consequence,)
    known = protein_on_mane(on_isoforms(found.effects, found.gene), found.gene)
    return known or (() if own else _by_residues(found))


def _on_own_transcript(found: SmallAllele) -> tuple[Effect, ...]:
    models = transcripts().get(found.gene, ())
    model = next((it for it in models if it.accession == found.consequence.transcript), None)
    names = (model.accession, model.ensembl) if model else ()
    return on_transcripts(found.effects, found.gene, names)


def _by_residues(found: SmallAllele) -> tuple[str, ...]:
    """Changes on transcripts whose numbering nobody knows, if none has the residues of ours."""
    named = (each.hgvs_p for each in found.effects if each.gene == found.gene)
    stated = tuple(dict.fromkeys(name for name in named if name and residues(name)))
    own = residues(_own(found) or "")
    is_comparable = own is not None or found.consequence.kind is Kind.SYNONYMOUS
    return () if not is_comparable or own in map(residues, stated) else stated


def _changes(stated: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in stated if name.startswith("p.") and not name.endswith("="))


def _disagrees(found: SmallAllele, stated: tuple[str, ...]) -> bool:
    """True if annotators state something of the protein, and none of them says what we do."""
    own = _own(found)
    if not stated or found.consequence.kind is Kind.SPLICE:
        return False
    if own is None:
        return bool(_changes(stated))
    if found.consequence.kind is Kind.START_LOST:
        return not any(name.startswith("p.M1") for name in stated)
    if "fs" in own:
        return not any(name.partition("fs")[0] == own.partition("fs")[0] for name in stated)
    also = found.known.also_printed if found.known else ()
    return not any(name == own or name in also for name in stated)


def _disputed(found: SmallAllele, stated: tuple[str, ...], frame: Frame) -> Observation | Passed:
    """Annotation and coordinates in contradiction: both are told, neither is believed."""
    own = _own(found)
    kind = found.consequence.kind.value
    told = f"the annotation says {', '.join(stated)}, the coordinates say {own or kind}"
    levels = [significance_of(found.gene, name) for name in (own, *_changes(stated))]
    level = levels[0] if levels[0] in STRONG or not set(levels) & STRONG else Significance.UNKNOWN
    made = _observe(found.doubted(told), frame, own or stated[0], significance=level)
    return made if isinstance(made, Passed) else replace(made, status=Status.INDETERMINATE)


def _refused(found: SmallAllele, stated: tuple[str, ...], frame: Frame) -> Observation | Passed:
    """No consequence of our own: the annotator's word stands, doubted unless it is uncertain."""
    reason = found.consequence.reason or "the protein change cannot be computed"
    printed = (*_changes(stated), *_changes(protein_on_mane(found.effects, found.gene)))
    name = printed[0] if printed else None
    return _observe(found.doubted(reason), frame, name, significance=Significance.UNKNOWN)


def _observe(
    found: SmallAllele,
    frame: Frame,
    name: str | None,
    significance: Significance | None = None,
) -> Observation | Passed:
    level = significance or _significance(found, name)
    weighs = level in STRONG or level is Significance.UNKNOWN
    if found.call.state.is_open and not weighs:
        return Passed(line=found.record.line, reason=found.call.state.value)
    status = Status.INDETERMINATE if found.doubtful and weighs else Status.DETECTED
    made = frame.observe(
        found.record,
        gene=found.gene,
        kind=AlterationClass.MUTATION,
        status=status,
        alteration=name or found.consequence.hgvs_c or str(found.allele),
        significance=level,
        notes=found.notes,
        vaf=found.call.vaf,
        depth=found.call.depth,
    )
    if isinstance(made, Passed):
        return made
    return replace(
        made,
        transcript=found.consequence.transcript,
        hgvs_c=found.consequence.hgvs_c,
        genomic=found.allele,
        origin=found.origin,
    )


def _significance(found: SmallAllele, name: str | None) -> Significance:
    if found.known and found.known.hgvs_p == name:
        return found.known.significance
    return significance_of(found.gene, name)
