"""The build of one VCF: its header, its records and the manifest in, a decided build out.

Known alleles speak for a build where the header is silent, and against a file whose reference
bases are not those of the build it claims (rule R62).
"""

from collections.abc import Iterable, Iterator
from itertools import repeat

from parsers.vcf_alleles import is_small
from parsers.vcf_header import Header
from parsers.vcf_records import Record
from pipeline.errors import HeldError
from pipeline.genome import Build, BuildEvidence, chromosome, decide
from pipeline.model import Assembly, GenomicAllele
from pipeline.transcripts import reference_bases
from pipeline.variants import at, known_positions

_TELLING = 3
_ODDS = 4
"""Rows by chance on a coding place of the other build have its base once in four times."""


def decided(header: Header, found: Iterable[Record], declared: Assembly | None) -> Build:
    """The build, checked against every reference base we know; `HeldError` if it is not certain."""
    records = tuple(found)
    contigs = tuple((record.contig, 0) for record in records if record.contig.startswith("NC_"))
    alleles = tuple(build for record in records for build in _speaks_for(record))
    evidence = BuildEvidence(
        lengths=(*header.lengths, *contigs),
        declared=(*header.declared, declared.value) if declared else header.declared,
        alleles=alleles,
        bases=tuple(_borne_out(records)) if alleles else (),
    )
    build = decide(evidence)
    _check_bases(build.assembly, records)
    return build


def _speaks_for(record: Record) -> list[Assembly]:
    """The build whose known alleles hold this record, if only one build does."""
    small = [alt for alt in record.alts if is_small(record.ref, alt)]
    builds = [
        assembly
        for assembly in Assembly
        if any(at(_allele(record, alt, assembly)) for alt in small)
    ]
    return builds if len(builds) == 1 else []


def _borne_out(records: tuple[Record, ...]) -> Iterator[Assembly]:
    """For every row, the builds that have its coding reference bases."""
    for assembly in Assembly:
        fit, _ = _weighed(assembly, records, is_own=False)
        yield from repeat(assembly, fit)


def _allele(record: Record, alt: str, assembly: Assembly) -> GenomicAllele:
    return GenomicAllele(
        assembly=assembly,
        chromosome=chromosome(record.contig),
        position=record.position,
        ref=record.ref,
        alt=alt,
    )


def _check_bases(assembly: Assembly, records: tuple[Record, ...]) -> None:
    """Hold a file whose REF differs at a known allele, or more often than not in coding bases.

    Rows that fit coding bases of the other build alone are held too: there they would be silent.
    """
    fit, wrong = _weighed(assembly, records)
    if len(wrong) > fit:
        raise _mismatch(assembly, wrong[0])
    other = next(build for build in Assembly if build is not assembly)
    elsewhere, misfits = _weighed(other, records, is_own=False)
    if elsewhere >= _TELLING and elsewhere > max(fit, _ODDS * len(misfits)):
        raise HeldError(
            "build_contradiction",
            f"The build is {assembly}, but {elsewhere} rows lie on coding bases of {other} and "
            f"have its reference bases; {fit} do so on {assembly}.",
        )


def _weighed(
    assembly: Assembly, records: tuple[Record, ...], *, is_own: bool = True
) -> tuple[int, list[Record]]:
    """How many rows have the coding bases of a build, and the rows that have others."""
    fit, wrong = 0, []
    for record in records:
        if not is_small(record.ref, record.ref):
            continue
        verdicts = _fits(assembly, record)
        if False in verdicts.values():
            wrong.append(record)
        elif verdicts:
            fit += 1
        known = (place for place in verdicts if _is_known(assembly, place))
        if is_own and any(verdicts[place] is False for place in known):
            raise _mismatch(assembly, record)
    return fit, wrong


def _fits(assembly: Assembly, record: Record) -> dict[tuple[str, int], bool]:
    bases = reference_bases(assembly)
    name = chromosome(record.contig)
    places = {(name, record.position + at): base for at, base in enumerate(record.ref)}
    return {
        place: bases[place] == base
        for place, base in places.items()
        if place in bases and base != "N"
    }


def _is_known(assembly: Assembly, place: tuple[str, int]) -> bool:
    return place in known_positions(assembly)


def _mismatch(assembly: Assembly, record: Record) -> HeldError:
    return HeldError(
        "ref_mismatch",
        f"REF {record.ref[:10]} on line {record.line} ({record.contig}:{record.position}) is not "
        f"the base of {assembly}: the file is of another build, or damaged.",
    )
