"""A fault against the VCF specification, and many of them in, named notices out."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.model import Notice

_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What a line does that the specification forbids; *line* is its physical number, 1-based."""

    code: str
    message: str
    line: int


def notices(header: Iterable[Fault], rows: Iterable[Fault]) -> tuple[Notice, ...]:
    """Faults of the header as one notice; of rows in panel genes, one notice a code."""
    cosmetic = _grouped(header)
    found = [
        Notice(code=f"row_{code}", message=f"Against the specification of VCF, {_told(faults)}.")
        for code, faults in _grouped(rows).items()
    ]
    if cosmetic:
        told = "; ".join(f"{code}: {_told(faults)}" for code, faults in cosmetic.items())
        message = f"The header departs from the specification of VCF. {told}."
        found.insert(0, Notice(code="header_departs", message=message))
    return tuple(found)


def _grouped(faults: Iterable[Fault]) -> dict[str, list[Fault]]:
    grouped: dict[str, list[Fault]] = {}
    for fault in faults:
        grouped.setdefault(fault.code, []).append(fault)
    return grouped


def _told(found: list[Fault]) -> str:
    lines = list(dict.fromkeys(fault.line for fault in found))
    shown = ", ".join(str(line) for line in lines[:_SHOWN])
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return f"line{'s' if len(lines) > 1 else ''} {shown}{more}: {found[0].message}"
