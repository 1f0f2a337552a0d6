"""The books of the nights in, metrics and messages out: `metrics`, `status --alert`, `db prune`."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from app import speak
from exchange.documents import VERSION
from flows import metrics, morning
from flows.opening import must_exist, opened
from flows.tidings import Tidings
from pipeline.errors import InputError
from pipeline.settings import Settings, load
from store.counts import Told
from store.retention import Pruned, Terms

_FAULT = 1
_DONE = 0


def tell_metrics(port: int | None) -> None:
    """Print the metrics, or answer with them on *port* of this machine until stopped."""
    settings = load()
    must_exist(settings)
    if port is None:
        for line in metrics.exposition(lambda: _latest(settings)).decode().splitlines():
            speak.line(line)
        return
    try:
        metrics.serve(port, lambda: _latest(settings))
    except OSError:
        raise InputError(f"port {port} of this machine is taken, or may not be used") from None
    except KeyboardInterrupt:
        return


def alert(*, as_json: bool) -> int:
    """Send what is to be told of the last night and was not yet; the exit status.

    1 if a message could not be sent: whoever called must notice that nobody was told.
    """
    settings = load()
    if not morning.channels(settings).names:
        raise InputError(
            "nobody is to be told: set ONCOFLAG_ALERT_WEBHOOK, or ONCOFLAG_ALERT_MAIL_TO and "
            "ONCOFLAG_SMTP_HOST"
        )
    told = morning.spread(settings)
    if as_json:
        speak.document({"version": VERSION, "told": [_message(each) for each in told]})
    else:
        speak.line("; ".join(map(_sentence, told)) or "nothing is to be told")
    return _DONE if all(each.arrived for each in told) else _FAULT


def prune(*, as_json: bool) -> None:
    """Remove from the books what nobody needs any more."""
    settings = load()
    must_exist(settings)
    now = datetime.now(UTC)
    terms = Terms(
        nights=now - timedelta(days=settings.keep_nights_days),
        visits=now - timedelta(days=settings.keep_visits_days),
    )
    with opened(settings) as store:
        gone = store.prune(terms)
        store.settle_anchor()
    if as_json:
        speak.document({"version": VERSION, "removed": asdict(gone)})
        return
    speak.line(_removed(gone))


def _latest(settings: Settings) -> Tidings | None:
    with opened(settings) as store:
        return morning.latest(store, datetime.now(UTC))


def _message(told: Told) -> dict[str, object]:
    return {"channel": told.channel, "at": told.at.isoformat(), "outcome": told.outcome}


def _sentence(told: Told) -> str:
    word = "sent" if told.arrived else f"not sent ({told.outcome})"
    return f"{told.channel}: {word}"


def _removed(gone: Pruned) -> str:
    some = [f"{number} of {name}" for name, number in asdict(gone).items() if number]
    return f"removed: {', '.join(some)}" if some else "nothing was old enough to be removed"
