"""What a run did: files in, files read, files held with their reasons, cases made."""

from dataclasses import dataclass

from store import audit
from store.runs import Account, Alarm

_TOKEN_LENGTH = 12

NOT_CONCLUDED = "case_not_concluded"
"""The alarm of a case that could not be interpreted; it is made again by the next run."""

ORIGINAL_MISSING = "original_missing"
"""The alarm of a file that waits to be read and lies nowhere any more."""


def case_token(case_id: str) -> str:
    """An id for eyes that may not know the cases."""
    return audit.case_token(case_id)[:_TOKEN_LENGTH]


@dataclass(frozen=True, kw_only=True)
class HeldFile:
    """A file from which nothing is concluded, and why."""

    file: str
    sha256: str
    status: str
    code: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OtherFile:
    """Something in an inbox that was not taken: it waits, is refused or set aside, and why."""

    file: str
    state: str
    code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one run did; *changed* are the cases whose interpretation is new.

    *files* were taken, with the cases of tables; *others* were not. *account* is of everything
    that was found, as the ledger has it. The files that were taken are read or held, or there is
    no outcome: none vanishes between the door and the database.
    """

    files: int
    read: int
    held: tuple[HeldFile, ...]
    cases: tuple[str, ...]
    changed: tuple[str, ...]
    absent: tuple[str, ...] = ()
    others: tuple[OtherFile, ...] = ()
    account: Account | None = None
    alarms: tuple[Alarm, ...] = ()
    run: str | None = None

    @property
    def is_sound(self) -> bool:
        """True if everything that was found is accounted for (requirement R6)."""
        return self.account is None or self.account.balances

    @property
    def is_whole(self) -> bool:
        """True if nothing waits for a person or for another run: no file, no case."""
        stuck = any(each.code in {NOT_CONCLUDED, ORIGINAL_MISSING} for each in self.alarms)
        return not (self.held or self.left_out or stuck)

    @property
    def left_out(self) -> tuple[OtherFile, ...]:
        """What may be a report and was not taken: it waits, or is refused."""
        return tuple(each for each in self.others if each.state != "set_aside")

    def __post_init__(self) -> None:
        if self.files != self.read + len(self.held):
            raise RuntimeError(
                f"the account does not balance: {self.files} files, "
                f"{self.read} read, {len(self.held)} held"
            )

    def case_tokens(self) -> tuple[str, ...]:
        """Ids for eyes that may not know the cases: a hand-written case id can be a name."""
        return tuple(case_token(each) for each in self.cases)
