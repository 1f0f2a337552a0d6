"""The store and the shipped release in, the knowledge that a run works with out.

The active release of the database counts, never the one of the package: upgrading the code
activates nothing. Only an empty database takes the shipped release by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from actionability.knowledge import Knowledge
from actionability.release import Release, restored, text
from pipeline.errors import InputError, KnowledgeError
from store.books import ReleaseState
from store.records import Store
from store.releases import NewRelease, ReleaseRow, Signed
from store.runs import Alarm

_FIRST = "the first release of an empty database"
_ARRIVED = "came with the package"
CHECKED_BY = (
    "the linter found no fault; the golden set of clinical situations is not part of the package "
    "and runs in the tests of its release"
)
"""What stands behind an activation: said wherever one is told."""


@dataclass(frozen=True, kw_only=True, eq=False)
class InForce:
    """The knowledge of the active release, and what is to be told of others."""

    knowledge: Knowledge
    alarms: tuple[Alarm, ...]


def in_force(store: Store, own: Release, *, by: str, at: datetime) -> InForce:
    """The active release; *own*, the shipped one, arrives as a candidate where it is new.

    `KnowledgeError` if the active release has a fault or was changed after it was stored.
    """
    active = _active(store) or _opened(store, own, by=by, at=at)
    arrive(store, own, by=by, at=at)
    knowledge = stored_release(store, active.sha256).knowledge()
    return InForce(knowledge=knowledge, alarms=_waiting(store, own, active))


def arrive(store: Store, own: Release, *, by: str, at: datetime) -> bool:
    """Store the shipped release as a candidate; False if its rows are stored already."""
    sha256 = own.sha256
    if any(each.sha256 == sha256 for each in store.releases()):
        return False
    return store.add_release(_new(own), Signed(by=by, at=at, reason=_ARRIVED))


def activate(store: Store, word: str, signed: Signed) -> ReleaseRow:
    """Make the release of this name or hash the active one, if the linter finds no fault.

    `InputError` if none or several are called so, or nobody or no reason is named;
    `KnowledgeError` tells its faults.
    """
    if not signed.by.strip() or not signed.reason.strip():
        raise InputError("an activation needs a name (--by) and a reason (--reason)")
    wanted = store.release_named(word)
    stored_release(store, wanted.sha256).knowledge()
    store.activate_release(wanted.sha256, signed)
    return store.release_named(wanted.sha256)


def stored_release(store: Store, sha256: str) -> Release:
    """A stored release with its tables; `KnowledgeError` if it was changed since."""
    found = store.release_text(sha256)
    if found is None:
        raise KnowledgeError("the release is not stored")
    release = restored(found, sha256)
    if release.name != store.release_named(sha256).release:
        raise KnowledgeError("a stored release was renamed after it was stored")
    return release


def named(store: Store, own: Release, word: str) -> Release:
    """The release of this name or hash; `active` and `shipped` are names too. `InputError`."""
    if word == "shipped":
        return own
    active = _active(store) if word == "active" else None
    return stored_release(store, (active or store.release_named(word)).sha256)


def _active(store: Store) -> ReleaseRow | None:
    return next((each for each in store.releases() if each.state is ReleaseState.ACTIVE), None)


def _opened(store: Store, own: Release, *, by: str, at: datetime) -> ReleaseRow:
    own.knowledge()
    store.open_with(_new(own), Signed(by=by, at=at, reason=_FIRST))
    active = _active(store)
    if active is None:
        raise KnowledgeError("no release of knowledge is active")
    return active


def _waiting(store: Store, own: Release, active: ReleaseRow) -> tuple[Alarm, ...]:
    sha256 = own.sha256
    if sha256 == active.sha256:
        return ()
    state = next(each.state for each in store.releases() if each.sha256 == sha256)
    if state is not ReleaseState.CANDIDATE:
        return ()
    told = (
        f"knowledge release {own.name} waits for activation; release {active.release} "
        "is active and was used (`oncoflag knowledge activate`)"
    )
    return (Alarm(code="release_waits", sentence=told),)


def _new(own: Release) -> NewRelease:
    return NewRelease(sha256=own.sha256, release=own.name, canonical=text(own))
