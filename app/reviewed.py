"""The history of a case in, its parts of the case's JSON document out: review and decisions."""

from collections.abc import Sequence

from exchange.documents import Document
from pipeline.patient import Decision
from store.reviews import Past, stands


def reviewed(before: Sequence[Past]) -> Document:
    """How people decided on what is said now, and everything that was said before."""
    now = before[-1]
    state, standing = stands(before)
    return {
        "review": {
            "state": state.value,
            "cause": now.cause and now.cause.value,
            "sha256": now.sha256,
            "decision": _decision(standing) if standing else None,
        },
        "history": [_past(each) for each in before],
    }


def _past(each: Past) -> Document:
    return {
        "number": each.number,
        "current": each.is_current,
        "sha256": each.sha256,
        "as_of": each.as_of.isoformat(),
        "release": each.release,
        "code_version": each.code_version,
        "cause": each.cause and each.cause.value,
        "therapies": list(each.therapies),
        "decisions": [_decision(one) for one in each.decisions],
    }


def _decision(decision: Decision) -> Document:
    return {
        "reviewer": decision.reviewer,
        "decided_at": decision.decided_at.isoformat(),
        "meaning": decision.meaning,
        "accepted": decision.accepted,
        "reason": decision.reason,
    }
