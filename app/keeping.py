"""A directory in, a backup written there or put back out: `db backup` and `db restore`."""

from datetime import UTC, datetime
from pathlib import Path

from app import speak
from exchange.documents import VERSION
from flows.backup import Backup, Places, restore, take
from flows.means import private, shown
from pipeline.settings import Settings, load

_KEY_APART = "The key of the audit is not in it: keep it apart, nothing can be ingested without it."
_KEY_BACK = "Put the key of the audit back too, then run `oncoflag audit verify`."


def back_up(into: Path, *, as_json: bool) -> None:
    """Everything an installation consists of, but its key, in a new directory."""
    settings = load()
    _tell(take(_places(settings), into, datetime.now(UTC)), into, _KEY_APART, as_json=as_json)


def put_back(source: Path, *, as_json: bool) -> None:
    """A backup where the settings say, if nothing is there yet."""
    settings = load()
    _tell(restore(source, _places(settings)), settings, _KEY_BACK, as_json=as_json)


def _places(settings: Settings) -> Places:
    folder = private(settings)
    anchor = settings.audit_anchor or folder / "audit.anchor"
    return Places(url=settings.database, data_dir=folder, anchor=anchor)


def _tell(whole: Backup, where: Path | Settings, advice: str, *, as_json: bool) -> None:
    place = shown(where) if isinstance(where, Settings) else str(where)
    originals = sum(each.path.startswith("originals/") for each in whole.files)
    if as_json:
        document = {"version": VERSION, "place": place, "taken": whole.taken}
        speak.document(document | {"files": len(whole.files), "bytes": whole.size})
        return
    from rich.text import Text  # noqa: PLC0415 - rich is for people

    taken = f"{datetime.fromisoformat(whole.taken):%Y-%m-%d %H:%M} UTC"
    told = f"{place}: as of {taken}, {originals} originals, {whole.size:,} bytes. {advice}"
    speak.table(Text(told))
