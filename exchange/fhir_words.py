"""A name of ours in, the words of FHIR out: codings, components, references, stable ids.

Codes of LOINC and HL7 are rows of `data/fhir_codes.csv`; what they have no code for carries one of
ours, under `urn:x-oncoflag:`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from exchange.plain import plain
from pipeline.errors import KnowledgeError
from pipeline.tables import packaged, rows

Resource = dict[str, Any]

OURS = "urn:x-oncoflag:"
"""Where our own codes live: `urn:x-oncoflag:marker`, `…:status`, `…:flag-kind` and so on."""
GENES = "http://www.genenames.org"
HGVS = "http://varnomen.hgvs.org"
SEQUENCES = "http://www.ncbi.nlm.nih.gov/refseq"
UNITS = "http://unitsofmeasure.org"
_GUIDE = "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/"
_GUIDE_VERSION = "3.0.0"
_ROOT = uuid5(NAMESPACE_URL, OURS)


@dataclass(frozen=True, kw_only=True)
class Names:
    """The ids of a case's resources: the same case gives the same ids on every machine."""

    case: str

    def id(self, kind: str, key: str) -> str:
        """The id of one resource; *key* tells it from others of its kind."""
        return str(uuid5(_ROOT, f"{self.case}\x00{kind}\x00{key}"))

    def to(self, kind: str, key: str) -> Resource:
        """A reference to it inside the bundle."""
        return {"reference": f"urn:uuid:{self.id(kind, key)}"}


@cache
def _codes() -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in rows(packaged("exchange", "fhir_codes.csv"))}


def coding(name: str) -> Resource:
    """The coding that stands under this name in the table."""
    try:
        row = _codes()[name]
    except KeyError:
        raise KnowledgeError(f"no code named {name!r} in fhir_codes.csv") from None
    return present({"system": row["system"], "code": row["code"], "display": row["display"]})


def own(system: str, code: str, display: str | None = None) -> Resource:
    """A coding of ours."""
    return present({"system": f"{OURS}{system}", "code": code, "display": display})


def concept(*codings: Resource, text: str | None = None) -> Resource:
    """A concept: what it means by every coding, and in words."""
    return present({"coding": list(codings), "text": text})


def component(code: Resource, **value: Any) -> Resource:  # noqa: ANN401 - a FHIR value[x]
    """One part of an observation: a concept, and its value by the name of its type."""
    return {"code": code, **value}


def profile(name: str) -> Resource:
    """The claim to follow a profile of the genomics reporting guide, version STU3."""
    return {"profile": [f"{_GUIDE}{name}|{_GUIDE_VERSION}"]}


def categories(*more: str) -> list[Resource]:
    """The categories of every genomic observation."""
    return [concept(coding(each)) for each in ("laboratory", *more, "genetics")]


def gene_symbol(symbol: str, hgnc_id: str | None) -> Resource:
    """A gene by its HGNC id, or by its symbol in words where we know no id."""
    known = present({"system": GENES, "code": hgnc_id, "display": symbol}) if hgnc_id else None
    return concept(*([known] if known else []), text=symbol)


def present(resource: Resource) -> Resource:
    """The resource without what is empty: FHIR knows no empty element. Text is made plain."""
    kept = {name: _kept(value) for name, value in resource.items()}
    return {name: value for name, value in kept.items() if value not in (None, "", [], {})}


def _kept(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        return plain(value).strip()
    if isinstance(value, dict):
        return present(value)
    if isinstance(value, list):
        return [kept for each in value if (kept := _kept(each)) not in (None, "", [], {})]
    return value
