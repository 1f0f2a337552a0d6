"""The header of a VCF: its lines in; build evidence, sample hints and annotation formats out."""

import re
from dataclasses import dataclass
from functools import cached_property

_LENGTH = re.compile(
    r"##contig=<(?:.*[,<])?ID=(?P<name>[^,>]+).*?[,<]length=(?P<length>\d+)", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r'(?P<key>\w+)=(?P<value>"[^"]*"|[^,>]*)')
_ASSEMBLY_WORD = re.compile(
    r"--assembly[ =](\S+)|(?:^|[\s\"'])assembly=\"?([\w.-]+)", re.IGNORECASE
)
_CACHE_WORD = re.compile(r"/\d+_(GRCh3[78])\b", re.IGNORECASE)
_FORMAT = re.compile(
    r"(?:Format|annotations?|fields are)\s*:\s*'?(?P<names>[^\"]+\|[^\"]+)", re.IGNORECASE
)
_TARGETS = ("new_reference_genome", "targetReference", "liftOverTarget")
_REFERENCES = ("reference", "assembly", "genome", "reference_genome", "refGenome")
_ANNOTATORS = ("VEP", "VEP-command-line", "SnpEffCmd", "bcftools_csqCommand", "Funcotator Version")
_SNPEFF_GENOME = re.compile(r"\b(GRCh3[78][\w.]*|hg19|hg38)\b", re.IGNORECASE)
_NOT_REFERENCE = re.compile(r"chain|liftover|breakpoint_assembl", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the lines before #CHROM say; *meta* keeps key and text of each line, in order."""

    samples: tuple[str, ...]
    meta: tuple[tuple[str, str], ...]
    lengths: tuple[tuple[str, int], ...]
    declared: tuple[str, ...]

    def values(self, key: str) -> tuple[str, ...]:
        """The text of every header line with this key (case matters not)."""
        return self._by_key.get(key.lower(), ())

    def annotation_fields(self, key: str) -> tuple[str, ...]:
        """The names between the bars of an annotation (CSQ, ANN, …), from its Description."""
        return self._layouts.get(key, ())

    # Every record asks for these: a header may have thousands of contigs.
    @cached_property
    def _layouts(self) -> dict[str, tuple[str, ...]]:
        """INFO keys whose Description has names between bars, and these names."""
        said = ((key, _FORMAT.search(text)) for key, text in self._descriptions.items())
        named = {key: found["names"].split("|") for key, found in said if found}
        return {key: tuple(each.strip(" '\"[]") for each in them) for key, them in named.items()}

    @cached_property
    def _by_key(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name, text in self.meta:
            found.setdefault(name.lower(), []).append(text)
        return {name: tuple(texts) for name, texts in found.items()}

    @cached_property
    def _descriptions(self) -> dict[str, str]:
        """INFO keys and their descriptions; the first line counts if a key stands twice."""
        lines = [attributes(text) for text in self.values("INFO")]
        return {each.get("ID", ""): each.get("Description", "") for each in reversed(lines)}


def parse(lines: tuple[str, ...], columns: tuple[str, ...]) -> Header:
    """Header lines (without #CHROM) and the column names, understood."""
    meta = tuple(_split(line) for line in lines)
    lengths = [_LENGTH.match(line) for line in lines if line.lower().startswith("##contig")]
    return Header(
        samples=columns[9:],
        meta=meta,
        lengths=tuple((hit["name"], int(hit["length"])) for hit in lengths if hit),
        declared=_declared(meta),
    )


def _split(line: str) -> tuple[str, str]:
    key, _, text = line[2:].partition("=")
    return key.strip(), text.strip()


def attributes(text: str) -> dict[str, str]:
    """The attributes of ``<ID=…,Description="…">``, quotes taken off."""
    return {hit["key"]: hit["value"].strip('"') for hit in _ATTRIBUTE.finditer(text)}


def _declared(meta: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Texts that name the reference of the file as it is now.

    After a lift-over only the target counts: `reference` still names the old genome, and the
    name of a chain file names both.
    """
    targets = [text for key, text in meta if key in _TARGETS]
    if targets:
        return tuple(targets)
    named = [text for key, text in meta if key in _REFERENCES and not _NOT_REFERENCE.search(text)]
    contigs = [attributes(text).get("assembly", "") for key, text in meta if key == "contig"]
    annotators = [word for key, text in meta if key in _ANNOTATORS for word in _builds(key, text)]
    return tuple(dict.fromkeys(text for text in (*named, *contigs, *annotators) if text))


def _builds(key: str, text: str) -> list[str]:
    if key == "SnpEffCmd":
        return _SNPEFF_GENOME.findall(text)[:1]
    words = [hit[0] or hit[1] for hit in _ASSEMBLY_WORD.findall(text)]
    return words + _CACHE_WORD.findall(text)
