"""Settings in, the open database out, under the seal of its audit.

The key lies beside the database unless `ONCOFLAG_AUDIT_KEY` says where; so does the anchor.
"""

from pathlib import Path

from app.means import private
from pipeline.errors import InputError
from pipeline.settings import Settings
from store.records import Store, open_store
from store.seal import Seal, key_at, make_key

_LOST = (
    "the audit key is missing, and the database has entries that were sealed with it: put the "
    "key back (ONCOFLAG_AUDIT_KEY says where it lies)"
)
_OTHER = (
    "the audit key is not the one that the entries of this database were sealed with: check "
    "ONCOFLAG_AUDIT_KEY and ONCOFLAG_DATABASE_URL"
)


def opened(settings: Settings) -> Store:
    """The database, to be written and closed by the caller; its key is made at the first start.

    `InputError` if the key is gone or is another one: nothing may be sealed with a second key.
    """
    seal = Seal(key=_key(settings), anchor=_anchor(settings))
    store = open_store(settings.database, seal)
    if not store.is_sealed_by_us():
        store.close()
        raise InputError(_OTHER)
    return store


def _key(settings: Settings) -> bytes:
    path = settings.audit_key or private(settings) / "audit.key"
    key = key_at(path)
    if key is not None:
        return key
    with open_store(settings.database) as store:
        if store.has_entries():
            raise InputError(_LOST)
    return make_key(path)


def _anchor(settings: Settings) -> Path:
    return settings.audit_anchor or private(settings) / "audit.anchor"
