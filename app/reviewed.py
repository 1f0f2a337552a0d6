"""The history of a case in, its parts of the case's JSON document out: review and decisions."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from exchange.documents import Document
from pipeline.patient import Decision
from store.records import Store
from store.reviews import Past, ReviewState, stands
from store.signing import Given, Override


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What stands beside the decisions of a case: who the reviewers are, and what they changed.

    *called* gives the name of a reviewer by what the decision holds of them.
    """

    given: Sequence[Given] = ()
    called: Callable[[str], str] = str

    def name(self, decision: Decision) -> str:
        """The name it was signed under; else that of the reviewer."""
        signed = (each.signature for each in self.given if each.decision == decision)
        return next((each.name for each in signed if each), self.called(decision.reviewer))

    def overrides(self, decision: Decision) -> tuple[Override, ...]:
        """What stands instead of parts of what was shown."""
        return next((each.overrides for each in self.given if each.decision == decision), ())


def name_of(store: Store, reviewer: str) -> str:
    """A reviewer as colleagues know them; whoever decided elsewhere under what they gave."""
    user = store.user(reviewer)
    return user.name if user else reviewer


def reviewed(before: Sequence[Past], beside: Beside) -> Document:
    """How people decided on what is said now, and everything that was said before."""
    now = before[-1]
    state, standing = stands(before)
    return {
        "review": {
            "state": state.value,
            "cause": now.cause and now.cause.value,
            "sha256": now.sha256,
            "decision": _decision(standing, beside) if standing else None,
        },
        "history": [_past(each, beside) for each in before],
    }


def signature(before: Sequence[Past], called: Callable[[str], str] = str) -> str:
    """Whose name stands under what is said now, or that nobody's does: for a printed page.

    *called* gives the name of a reviewer by what the decision holds of them.
    """
    state, standing = stands(before)
    if standing is None:
        return "not signed"
    who = f"{called(standing.reviewer)}, {standing.decided_at:%Y-%m-%d %H:%M} UTC"
    word = {
        ReviewState.SIGNED: "signed by",
        ReviewState.REFUSED: "refused by",
        ReviewState.SECOND_SIGNATURE: "not signed yet by a second person; signed by",
    }.get(state, "decided by")
    return f"{word} {who}"


def is_signed(before: Sequence[Past]) -> bool:
    """Whether what is said now is signed, by both where two must sign."""
    return stands(before)[0] is ReviewState.SIGNED


def replaced(before: Sequence[Past], given: Sequence[Given]) -> tuple[Override, ...]:
    """What stands instead of parts of what is said now, by the decision that stands.

    *given* are all decisions of the case.
    """
    _, standing = stands(before)
    return Beside(given=given).overrides(standing) if standing else ()


def instead(changed: Sequence[Override]) -> str:
    """The same in words, to follow a signature; empty where nothing was changed."""
    told = "; ".join(f"{each.subject}: {each.instead} ({each.reason})" for each in changed)
    return f", with changes: {told}" if told else ""


def _past(each: Past, beside: Beside) -> Document:
    return {
        "number": each.number,
        "current": each.is_current,
        "sha256": each.sha256,
        "as_of": each.as_of.isoformat(),
        "release": each.release,
        "code_version": each.code_version,
        "cause": each.cause and each.cause.value,
        "therapies": list(each.therapies),
        "decisions": [_decision(one, beside) for one in each.decisions],
    }


def _decision(decision: Decision, beside: Beside) -> Document:
    return {
        "reviewer": decision.reviewer,
        "name": beside.name(decision),
        "decided_at": decision.decided_at.isoformat(),
        "meaning": decision.meaning,
        "accepted": decision.accepted,
        "reason": decision.reason,
        "overrides": [asdict(each) for each in beside.overrides(decision)],
    }
