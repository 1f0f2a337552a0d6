"""Settings in, the open database out, under the seal of its audit.

The key lies in the data directory unless `ONCOFLAG_AUDIT_KEY` says where; so does the anchor.
"""

from flows.means import private, shown
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
    """The database, to be written in; its key is made at the first start.

    `InputError` if the key is gone or is another one: nothing may be sealed with a second key.
    """
    store = open_store(settings.database, sealed(settings))
    if not store.is_sealed_by_us():
        store.close()
        raise InputError(_OTHER)
    return store


def sealed(settings: Settings) -> Seal:
    """The seal of the database that the settings name; a new key where none was used before."""
    folder = private(settings)
    path = settings.audit_key or folder / "audit.key"
    anchor = settings.audit_anchor or folder / "audit.anchor"
    key = key_at(path)
    if key is None:
        with open_store(settings.database) as store:
            if store.has_entries():
                raise InputError(_LOST)
        key = make_key(path)
    return Seal(key=key, anchor=anchor)


def must_exist(settings: Settings) -> None:
    """`InputError` where no database is: looking makes none, an empty one hides a wrong setting."""
    if settings.database_url is None and not (settings.data_dir / "oncoflag.db").exists():
        told = f"there is no database at {shown(settings)}"
        raise InputError(f"{told}: ingest something first, or see whether its disk is mounted")
