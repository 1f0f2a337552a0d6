"""A person and their roles in, what they may do out; what no role names is forbidden (R25)."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pipeline.tables import packaged, rows
from store.desk_books import Role


class Permission(StrEnum):
    """One thing that a route lets a person do; `roles.csv` says who may."""

    SEE_CASES = "see_cases"
    SEE_EVIDENCE = "see_evidence"
    EXPORT = "export"
    ASSIGN = "assign"
    EDIT_CONTEXT = "edit_context"
    CORRECT = "correct"
    DECIDE = "decide"
    SIGN = "sign"
    SETTLE_HOLDS = "settle_holds"
    SETTLE_DRIFT = "settle_drift"
    SEE_MONITOR = "see_monitor"
    MANAGE_KNOWLEDGE = "manage_knowledge"
    MANAGE_USERS = "manage_users"
    SEE_AUDIT = "see_audit"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is logged in; *scope* are the assigning authorities they may see, None for all."""

    id: str
    login: str
    name: str
    roles: frozenset[Role]
    scope: frozenset[str] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether one of their roles names it."""
        return not self.roles.isdisjoint(_granted()[permission])

    def sees(self, authority: str | None) -> bool:
        """Whether a patient of this assigning authority is theirs to see."""
        return self.scope is None or authority in self.scope


@cache
def _granted() -> dict[Permission, frozenset[Role]]:
    listed = rows(packaged("app.web", "roles.csv"))
    granted = {
        Permission(row["permission"]): frozenset(role for role in Role if row[role] == "yes")
        for row in listed
    }
    return {each: granted.get(each, frozenset()) for each in Permission}
