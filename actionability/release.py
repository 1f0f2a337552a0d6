"""A release of knowledge in, one text out that holds all of it, and the release again."""

import json
from dataclasses import dataclass
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from actionability.knowledge import (
    NAMES,
    Knowledge,
    Tables,
    checked,
    digest,
    packaged,
    packaged_release,
)
from pipeline.errors import KnowledgeError

_SHORT = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class Release:
    """All tables of a release as rows of cells, in their order, and its name."""

    name: str
    tables: Tables

    @property
    def sha256(self) -> str:
        """The hash of its rows, as every interpretation names it."""
        return digest(self.tables)

    def knowledge(self) -> Knowledge:
        """What it holds, linted; `KnowledgeError` tells its faults."""
        missing = [name for name in NAMES if name not in self.tables]
        if missing:
            raise KnowledgeError(f"release {self.name} has no table {', '.join(missing)}")
        return _linted(text(self))


def shipped() -> Release:
    """The release that comes with the package."""
    return Release(name=packaged_release(), tables=packaged())


def text(release: Release) -> str:
    """The release as canonical JSON: rows and columns in their order, because both can matter."""
    tables = {name: release.tables[name] for name in sorted(release.tables)}
    return json.dumps({"release": release.name, "tables": tables}, separators=(",", ":"))


def restored(stored: str, sha256: str) -> Release:
    """The release that was stored under *sha256*; `KnowledgeError` if it was changed since."""
    try:
        found = _STORED.validate_json(stored, strict=True)
    except ValidationError:
        raise KnowledgeError(f"the stored release {sha256[:_SHORT]} cannot be read") from None
    release = Release(name=found.release, tables=found.tables)
    if release.sha256 != sha256:
        told = "does not have its hash: it was changed after it was stored"
        raise KnowledgeError(f"the stored release {sha256[:_SHORT]} {told}")
    return release


@dataclass(frozen=True, kw_only=True)
class _Stored:
    """The text of a release, taken apart."""

    release: str
    tables: dict[str, tuple[dict[str, str], ...]]


_STORED = TypeAdapter(_Stored)


# What is worked out from a row is kept by the row itself: in a process that lives through many
# nights the same release must be the same rows, or every night keeps its own.
@lru_cache(maxsize=4)
def _linted(said: str) -> Knowledge:
    found = _STORED.validate_json(said)
    return checked(found.tables, release=found.release)
