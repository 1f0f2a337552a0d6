"""A night that is over in, everybody told out: metrics, webhook, e-mail; never in its way.

Whatever fails here is noted and left: no message is worth a night.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flows import alerts, metrics
from flows.alerts import Channels, Mail
from flows.opening import must_exist, opened
from flows.tidings import Tidings, tidings
from pipeline.errors import (
    AlreadyRunningError,
    InputError,
    KnowledgeError,
    StoreError,
)
from pipeline.settings import Settings
from store.counts import Told
from store.records import Store

_NEVER = "never_ran"


@contextmanager
def told(settings: Settings) -> Iterator[None]:
    """Around a night: when it is over, well or not, everybody is told who asked for it.

    Around all its attempts: what a second one mends is told to nobody. A night that did not begin
    because another is at work, or because somebody mistyped, is none.
    """
    try:
        yield
    except (AlreadyRunningError, InputError):
        raise
    except Exception as error:
        spread(settings, code_of(error))
        raise
    spread(settings)


def spread(settings: Settings, fault: str | None = None) -> tuple[Told, ...]:
    """Write the metrics and send what is to be sent; what became of the messages.

    *fault* is a code of what stopped the night, told where the books cannot be read.
    """
    ways = channels(settings)
    if not ways.names and settings.metrics_file is None:
        return ()
    now = datetime.now(UTC)
    try:
        must_exist(settings)
        with opened(settings) as store:
            return _spread(settings, store, ways, now)
    except Exception as error:  # noqa: BLE001 - what failed while telling fails nobody else
        return alerts.cry(fault or code_of(error), now, ways)


def latest(store: Store, at: datetime) -> Tidings | None:
    """What may be told of the last run; None before the first."""
    nights = store.nights(1)
    return tidings(store, nights[0], at) if nights else None


def channels(settings: Settings) -> Channels:
    """Where the settings want to be told."""
    mail = None
    if settings.alert_mail_to and settings.smtp_host:
        mail = Mail(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.alert_mail_from or "oncoflag@localhost",
            to=tuple(each.strip() for each in settings.alert_mail_to.split(",") if each.strip()),
            user=settings.smtp_user,
            password=settings.smtp_password_file,
            security=settings.smtp_security,
        )
    return Channels(
        webhook=settings.alert_webhook,
        mail=mail,
        always=settings.alert_on == "always",
        origin=settings.web_origin,
    )


def code_of(error: Exception) -> str:
    """A code for an error that stopped a night; never its text."""
    if isinstance(error, StoreError):
        return error.code
    return "knowledge_refused" if isinstance(error, KnowledgeError) else type(error).__name__


def _spread(settings: Settings, store: Store, ways: Channels, now: datetime) -> tuple[Told, ...]:
    news = latest(store, now)
    sent = alerts.tell(store, news, ways) if news else alerts.cry(_NEVER, now, ways)
    if settings.metrics_file is not None:
        # After the messages: what could not be sent is a number too.
        try:
            metrics.write(settings.metrics_file, lambda: latest(store, now))
        except OSError:
            return sent
    return sent
