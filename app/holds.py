"""A held file and a person's word in, the case it belongs to out: `quarantine release`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app import speak
from exchange.documents import VERSION
from flows.night import by_hand
from flows.opening import must_exist
from flows.resolve import Decided, decide
from pipeline.errors import InputError
from pipeline.model import Identity
from pipeline.settings import load
from store.books import Action
from store.records import Store
from store.resolutions import Resolution


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is to be done with a file: exactly one of *case*, *new*, *refuse* and *undo*."""

    case: str | None
    new: bool
    refuse: bool
    undo: bool
    by: str
    reason: str
    despite_conflict: bool

    @property
    def action(self) -> Action:
        """The one thing that was asked for; `InputError` if it is none or several."""
        asked = (self.case is not None, self.new, self.refuse, self.undo)
        if sum(asked) != 1:
            raise InputError("say one of --case CASE, --new, --refuse and --undo")
        if self.refuse:
            return Action.REFUSE
        return Action.RETRY if self.undo else Action.ASSIGN


def identity(names: Sequence[str | None], dob: date | None) -> Identity:
    """What a person states: number, authority, name, accession and specimen, in this order."""
    mrn, authority, name, accession, specimen = names
    return Identity(
        mrn=mrn,
        assigning_authority=authority,
        name=name,
        dob=dob,
        accession=accession,
        specimen_id=specimen,
    )


def release(file: str, verdict: Verdict, stated: Identity, *, as_json: bool) -> None:
    """Do with a held file what a person says, and make its cases again."""
    action, settings = verdict.action, load()
    must_exist(settings)
    with by_hand(settings, verdict.by) as work:
        done = decide(work, _said(work.store, file, action, verdict, stated))
    _tell(done, action, as_json=as_json)


def _said(
    store: Store, file: str, action: Action, verdict: Verdict, stated: Identity
) -> Resolution:
    return Resolution(
        report_id=store.file_named(file).sha256,
        action=action,
        resolved_by=verdict.by,
        resolved_at=datetime.now(UTC),
        reason=verdict.reason,
        case_id=verdict.case,
        identity=stated,
        despite_conflict=verdict.despite_conflict,
    )


def _tell(done: Decided, action: Action, *, as_json: bool) -> None:
    said = done.resolved
    if as_json:
        document = {
            "version": VERSION,
            "report": said.report_id,
            "action": action.value,
            "case": said.case_id,
            "left": said.left,
            "displaced": said.displaced,
            "changed": list(done.changed),
        }
        speak.document(document)
        return
    from rich.text import Text  # noqa: PLC0415 - rich is for people

    speak.table(Text(sentence(done)))


def sentence(done: Decided) -> str:
    """Where the file stands now, and what changed; also that another file counts no longer."""
    said = done.resolved
    where = f"now in case {said.case_id}" if said.case_id else "held, in no case"
    made = f"cases made again: {', '.join(done.changed)}" if done.changed else "no case changed"
    told = f"{said.report_id[:12]} is {where}; {made}."
    if said.displaced is None:
        return told
    # Of two files for one report one counts: what only the other says is gone from the case.
    other = said.displaced[:12]
    return (
        f"{told} {other} counted in its place until now and is held: its results count no longer."
    )
