"""What every page needs, in one value: the database, the settings, the knowledge, a clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from pipeline.settings import Settings
from store.records import Store


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Made once when the service starts; *now* gives an instant in UTC."""

    store: Store
    settings: Settings
    now: Callable[[], datetime]


def _desk(request: Request) -> Desk:
    return cast("Desk", request.app.state.desk)


TheDesk = Annotated[Desk, Depends(_desk)]
