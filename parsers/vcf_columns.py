"""Which column of a VCF is the tumour: a header and the manifest in, tumour and normal out.

Chosen by evidence, never by order: what the manifest, the header or a command line states, and
only then what the names say. Evidence that is missing or contradicts itself holds the file.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from parsers.vcf_header import Header, attributes
from pipeline.errors import HeldError

_TUMOUR_WORDS = {"tumor", "tumour", "tumoral", "somatic", "primary", "metastasis", "cancer"}
_NORMAL_WORDS = {"normal", "germline", "blood", "control", "pbmc", "constitutional", "reference"}
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
# Sample type of a TCGA barcode: 01 to 09 are tumours, 10 to 19 normals.
_BARCODE = re.compile(r"TCGA-\w{2}-\w{4}-(?P<kind>[01])\d")
_CELL_LINE = re.compile(r"^(?P<line>.+?)[-_.]?BL$")  # HCC1954_BL, the B lymphoblasts of HCC1954
_OPTION = re.compile(
    r"(?<![A-Za-z_])(?P<kind>tumou?r|normal)(?:[-_]?(?:sample|name|id|bam|cram))*"
    r"[= ][\"']?(?P<value>[^\s\"',;>]+)",
    re.IGNORECASE,
)
_DESCRIBED = ("Genomes", "SampleType", "Type", "Tissue", "Description")
_NO_COMMAND = {"INFO", "FORMAT", "FILTER", "ALT", "contig", "SAMPLE", "PEDIGREE"}


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The tumour column and, if there is one, its normal; None where the file has no samples."""

    tumour: str | None
    normal: str | None = None


def choose(header: Header, wanted: str | None) -> Columns:
    """The tumour column by evidence; `HeldError` where evidence is missing or contradicts.

    *wanted* is the tumour sample that the manifest names.
    """
    names = header.samples
    if not names:
        return Columns(tumour=None)
    tumours, normals = _stated(header, wanted)
    if not tumours and not normals:
        tumours, normals = _by_name(names)
    elif not normals:
        # Only the tumour is stated: a column called normal beside it is its normal.
        normals = _by_name(names)[1] - tumours
    if len(tumours) > 1:
        tumours = {name for name in tumours if "rna" not in _words(name)} or tumours
    if tumours & normals or len(tumours) > 1:
        raise _unsure("the header and the names contradict each other or name two tumours")
    rest = set(names) - normals
    tumour = next(iter(tumours), None) or (rest.pop() if len(rest) == 1 else None)
    if tumour is None:
        raise _unsure("nothing says which one is the tumour")
    other = next((name for name in names if name in normals), None)
    return Columns(tumour=tumour, normal=other)


def _unsure(why: str) -> HeldError:
    return HeldError("tumour_column", f"The tumour column is not certain: {why}.")


def _stated(header: Header, wanted: str | None) -> tuple[set[str], set[str]]:
    """Columns that the manifest or the header call tumour, and those they call normal."""
    tumours = {*header.values("tumor_sample"), *header.values("tumour_sample")}
    normals = set(header.values("normal_sample"))
    for text in header.values("PEDIGREE"):
        pair = attributes(text)
        if "Original" in pair:
            tumours.add(pair.get("Derived") or pair.get("ID", ""))
            normals.add(pair["Original"])
    if wanted:
        tumours.add(wanted)
    names = set(header.samples)
    tumours, normals = tumours & names, normals & names
    if tumours or normals:
        return tumours, normals
    return _weaker(header, names)


def _weaker(header: Header, names: set[str]) -> tuple[set[str], set[str]]:
    """What descriptions and command lines say, held against what the names say themselves.

    A file begins with the name of a column by chance (HCC1954.NORMAL.30x.bam beside the column
    HCC1954, the tumour): files count only if they give both sides.
    """
    tumours, normals = _sides((*_described(header), *_commanded(header)), names)
    filed = _sides(_filed(header), names)
    if all(filed):
        tumours, normals = tumours | filed[0], normals | filed[1]
    by_tumour, by_normal = _by_name(header.samples)
    if tumours & by_normal or normals & by_tumour:
        raise _unsure("the command lines of the header contradict the names of the columns")
    return tumours, normals


def _sides(found: Iterable[tuple[str, bool]], names: set[str]) -> tuple[set[str], set[str]]:
    known = tuple(found)
    return (
        {name for name, is_tumour in known if is_tumour} & names,
        {name for name, is_tumour in known if not is_tumour} & names,
    )


def _described(header: Header) -> Iterator[tuple[str, bool]]:
    """What ``##SAMPLE=<ID=…,Genomes=Germline;Tumor>`` says of a column: True for a tumour."""
    for text in header.values("SAMPLE"):
        said = attributes(text)
        words = set().union(*(_words(said.get(key, "")) for key in _DESCRIBED))
        if words & _TUMOUR_WORDS:
            yield said.get("ID", ""), True
        elif words & _NORMAL_WORDS:
            yield said.get("ID", ""), False


def _commanded(header: Header) -> Iterator[tuple[str, bool]]:
    """Names that command lines give as tumour or normal."""
    yield from ((hit["value"], _is_tumour(hit)) for hit in _options(header))


def _filed(header: Header) -> Iterator[tuple[str, bool]]:
    """Columns by the files that command lines give as tumour or normal, called after them."""
    for hit in _options(header):
        file = hit["value"].rpartition("/")[2]
        yield from ((name, _is_tumour(hit)) for name in {file, file.partition(".")[0]})


def _options(header: Header) -> Iterator[re.Match[str]]:
    for key, text in header.meta:
        if key not in _NO_COMMAND:
            yield from _OPTION.finditer(text)


def _is_tumour(hit: re.Match[str]) -> bool:
    return hit["kind"].lower() != "normal"


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def _by_name(names: tuple[str, ...]) -> tuple[set[str], set[str]]:
    """Columns whose names say tumour, and those whose names say normal."""
    codes = {name: hit["kind"] for name in names if (hit := _BARCODE.match(name))}
    tumours = {name for name in names if _words(name) & _TUMOUR_WORDS or codes.get(name) == "0"}
    normals = {name for name in names if _words(name) & _NORMAL_WORDS or codes.get(name) == "1"}
    if tumours or normals or len(names) != 2:
        return tumours, normals
    first, second = names
    pairs = [pair for pair in ((first, second), (second, first)) if _is_pair(*pair)]
    return ({pairs[0][0]}, {pairs[0][1]}) if len(pairs) == 1 else (set(), set())


def _is_pair(tumour: str, normal: str) -> bool:
    """True for ``P7-T`` beside ``P7-N``, COLO829T beside COLO829R and HCC1954 beside its BL."""
    line = _CELL_LINE.match(normal)
    if line and line["line"] == tumour:
        return True
    places = [at for at in range(len(tumour)) if tumour[at : at + 1] != normal[at : at + 1]]
    if len(tumour) != len(normal) or len(places) != 1:
        return False
    at = places[0]
    if tumour[at].lower() != "t" or normal[at].lower() not in "nr":
        return False
    stands_alone = tumour[at].isupper() or not tumour[:at][-1:].isalpha()
    return stands_alone and not tumour[at + 1 : at + 2].isalpha()
