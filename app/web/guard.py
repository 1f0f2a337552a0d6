"""A request in, the person who may make it out; refused where no role allows it (R25, R26)."""

from typing import cast

from fastapi import Depends, HTTPException, Request
from fastapi.params import Depends as Dependency

from app.web.rights import Permission, Person


def _known(request: Request) -> Person:
    person = cast("Person | None", getattr(request.state, "person", None))
    if person is None:
        raise HTTPException(401)
    return person


def anybody() -> Dependency:
    """The dependency of a route for everybody who is logged in, whatever their roles."""
    return cast("Dependency", Depends(_known))


def needs(permission: Permission) -> Dependency:
    """The dependency of a route that only people with this permission may call.

    Written `person: Annotated[Person, needs(Permission.SEE_CASES)]`.
    """

    def check(request: Request) -> Person:
        person = _known(request)
        if not person.may(permission):
            raise HTTPException(403)
        return person

    check.permission = permission  # type: ignore[attr-defined]
    return cast("Dependency", Depends(check))
