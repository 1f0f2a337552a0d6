"""A junction of two breaks: which part of each gene it keeps, in; roles and evidence grade, out.

Orientation decides the role: the part of a gene that keeps its beginning is 5-prime, whatever
the order in the file (rule R48). Strands are those of the build: NCOA4 lies on + in GRCh37 and
on - in GRCh38 (rule R63).
"""

from dataclasses import dataclass
from functools import cache

from pipeline.fusions import fusion
from pipeline.genome import Locus, chromosome, locus_at
from pipeline.model import Assembly, Fusion
from pipeline.tables import packaged, rows
from pipeline.transcripts import Transcript, transcripts


@dataclass(frozen=True, kw_only=True)
class End:
    """One side of a junction: the break and which side of it is kept."""

    contig: str
    position: int
    keeps_left: bool
    locus: Locus | None

    @property
    def keeps_beginning(self) -> bool | None:
        """True if the 5-prime part of the gene is kept; None outside the genes we know."""
        return None if self.locus is None else self.locus.forward is self.keeps_left

    @property
    def gene(self) -> str | None:
        """The gene that was broken, if we know one here."""
        return self.locus.gene if self.locus else None


def end(assembly: Assembly, contig: str, position: int, *, keeps_left: bool) -> End:
    """One side of a junction, with the gene it lies in."""
    locus = locus_at(assembly, contig, position)
    return End(contig=chromosome(contig), position=position, keeps_left=keeps_left, locus=locus)


@cache
def _roles() -> dict[str, dict[str, str]]:
    return {row["gene"]: row for row in rows(packaged("pipeline", "fusion_roles.csv"))}


def fuses(gene: str | None) -> bool:
    """True for the genes whose fusions are markers."""
    return gene in _roles()


def role_of(gene: str) -> str:
    """``five_prime`` or ``three_prime``: where the gene stands in the fusions that matter."""
    return _roles()[gene]["role"]


def keeps_domain(assembly: Assembly, own: End) -> bool | None:
    """True if the break keeps the kinase domain; None where the transcript is not known."""
    if own.gene is None or own.gene not in transcripts() or not _roles()[own.gene]["codon"]:
        return None
    boundary = int(_roles()[own.gene]["codon"])
    model = transcripts()[own.gene][0]
    if _roles()[own.gene]["keep"] == "before":
        return _read_up_to(model, assembly, own.position) // 3 >= boundary
    return model.coding_before(assembly, own.position) // 3 < boundary


def _read_up_to(model: Transcript, assembly: Assembly, position: int) -> int:
    """Coding bases up to a break and with it: RNA breaks behind the last base of an exon."""
    return model.coding_before(assembly, position) + model.touches(assembly, position, position)


def exons_kept(assembly: Assembly, own: End) -> str | None:
    """Which coding exons of its gene an end keeps, in words; None without an exon table."""
    model = _model(own)
    if model is None:
        return None
    exons = model.exons[assembly]
    kept = [
        number
        for number, exon in enumerate(exons, start=1)
        if (exon.start <= own.position if own.keeps_left else exon.end >= own.position)
    ]
    which = f"coding exons {kept[0]}-{kept[-1]} of {len(exons)}" if kept else "no coding exon"
    return f"{own.gene} keeps {which}"


def _model(own: End) -> Transcript | None:
    return transcripts()[own.gene][0] if own.gene in transcripts() else None


def in_frame(assembly: Assembly, one: End, other: End) -> bool | None:
    """True if the reading frame goes on; None unless both breaks lie between known exons.

    Between exons is an intron, or the border of an exon, where RNA breaks.
    """
    five, three = (one, other) if one.keeps_beginning else (other, one)
    models = _model(five), _model(three)
    if models[0] is None or models[1] is None or five.keeps_beginning is three.keeps_beginning:
        return None
    if not all(_is_between_exons(assembly, side) for side in (five, three)):
        return None
    kept = _read_up_to(models[0], assembly, five.position)
    return (kept - models[1].coding_before(assembly, three.position)) % 3 == 0


def _is_between_exons(assembly: Assembly, own: End) -> bool:
    """True in an intron, and on the base of an exon that lies at the break."""
    model = _model(own)
    if model is None or not model.touches(assembly, own.position, own.position):
        return True
    borders = {exon.end if own.keeps_left else exon.start for exon in model.exons[assembly]}
    return own.position in borders


def wording(assembly: Assembly, own: End, other: End | None, partner: str | None) -> str:
    """A junction in words that say partners by role and what speaks against it."""
    gene = own.gene or ""
    five = role_of(gene) == "five_prime"
    place = f"{other.contig}:{other.position}" if other else "an unknown place"
    if own.keeps_beginning is not five:
        pair = f"{partner or '?'}::{gene}" if five else f"{gene}::{partner or '?'}"
        return f"{pair} reciprocal product"
    if other is not None and in_frame(assembly, own, other) is False:
        return f"{gene} rearrangement with {partner or place}, out of frame"
    if keeps_domain(assembly, own) is False:
        return f"{gene} rearrangement with {partner or place}, kinase domain lost"
    if partner is None:
        return f"{gene} rearrangement, partner unknown" + (f" at {place}" if other else "")
    if other is not None and other.keeps_beginning is own.keeps_beginning:
        return f"{gene} rearrangement, partner unknown: {partner} at {place} lies antisense"
    return f"{gene}::{partner} fusion" if five else f"{partner}::{gene} fusion"


def graded(text: str, gene: str) -> Fusion | None:
    """The wording as a fusion with its grade (rule R47)."""
    return fusion(text, gene, ordered=True)
