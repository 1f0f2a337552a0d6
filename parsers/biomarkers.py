"""The printed name of a biomarker in, its kind out: MSI, TMB, MMR, … (`data/biomarkers.csv`)."""

from collections.abc import Mapping
from functools import cache

from parsers.page import compact
from pipeline import tables

PROTEIN = "MMR_PROTEIN"  # one stain of mismatch repair: no signature by itself


def kind_of(name: str) -> str | None:
    """The kind of a whole printed name, or None if no biomarker is called so."""
    return _kinds().get(compact(name))


def repair_proteins() -> tuple[str, ...]:
    """The proteins of mismatch repair, as they are printed."""
    return tuple(row["name"] for row in _rows() if row["kind"] == PROTEIN)


@cache
def _kinds() -> Mapping[str, str]:
    return {compact(row["name"]): row["kind"] for row in _rows()}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    return tables.rows(tables.packaged("parsers", "biomarkers.csv"))
