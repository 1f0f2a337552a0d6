"""What a run did: files in, files read, files held with their reasons, cases made."""

import hashlib
from dataclasses import dataclass

_TOKEN_LENGTH = 12


@dataclass(frozen=True, kw_only=True)
class HeldFile:
    """A file from which nothing is concluded, and why."""

    file: str
    sha256: str
    status: str
    code: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The account of one run; *changed* are the cases whose interpretation is new.

    It balances or cannot be made: no file vanishes between the door and the database.
    """

    files: int
    read: int
    held: tuple[HeldFile, ...]
    cases: tuple[str, ...]
    changed: tuple[str, ...]
    absent: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.files != self.read + len(self.held):
            raise RuntimeError(
                f"the account does not balance: {self.files} files, "
                f"{self.read} read, {len(self.held)} held"
            )

    def case_tokens(self) -> tuple[str, ...]:
        """Ids for eyes that may not know the cases: a hand-written case id can be a name."""
        digests = (hashlib.sha256(case.encode()).hexdigest() for case in self.cases)
        return tuple(digest[:_TOKEN_LENGTH] for digest in digests)
