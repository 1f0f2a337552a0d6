"""Small alleles in, observations out: name, significance, and doubt where sources disagree."""

from dataclasses import replace

from parsers.vcf_alleles import SmallAllele
from parsers.vcf_annotation import on_transcripts, protein_on_mane
from parsers.vcf_frame import STRONG, Frame, Passed
from parsers.vcf_samples import State
from pipeline.consequence import Kind
from pipeline.model import AlterationClass, Observation, Significance, Status
from pipeline.transcripts import transcripts
from pipeline.variants import significance_of


def observation(found: SmallAllele, frame: Frame) -> Observation | Passed:
    """One allele as an observation on its marker, or the reason why it is none."""
    stated = _stated(found)
    if found.consequence.kind is Kind.REFUSED:
        return _refused(found, stated, frame)
    if found.consequence.kind.is_silent and not _changes(stated):
        return Passed(line=found.record.line, reason=found.consequence.kind.value)
    if _disagrees(found, stated):
        told = f"the annotation says {', '.join(stated)}, the coordinates say {_own(found)}"
        return _observe(found.doubted(told), frame, _own(found) or stated[0])
    return _observe(found, frame, _own(found))


def _own(found: SmallAllele) -> str | None:
    return found.consequence.hgvs_p


def _stated(found: SmallAllele) -> tuple[str, ...]:
    """Protein changes that annotators state on the transcript of our own consequence."""
    models = transcripts().get(found.gene, ())
    model = next((it for it in models if it.accession == found.consequence.transcript), None)
    if model is None:
        return ()
    names = (model.accession, model.ensembl)
    return protein_on_mane(on_transcripts(found.effects, found.gene, names), found.gene)


def _changes(stated: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in stated if not name.endswith("="))


def _disagrees(found: SmallAllele, stated: tuple[str, ...]) -> bool:
    """True if annotators name a protein change on our transcript, and none of them is ours."""
    own = _own(found)
    if not stated or found.consequence.kind is Kind.SPLICE:
        return False
    if own is None:
        return bool(_changes(stated))
    if "fs" in own or own == "p.M1?":
        return not any(name[:5] == own[:5] for name in stated)
    also = found.known.also_printed if found.known else ()
    return not any(name == own or name in also for name in stated)


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
    if found.call.state is State.UNSTATED and not weighs:
        return Passed(line=found.record.line, reason=State.UNSTATED.value)
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
    )


def _significance(found: SmallAllele, name: str | None) -> Significance:
    if found.known and found.known.hgvs_p == name:
        return found.known.significance
    return significance_of(found.gene, name)
