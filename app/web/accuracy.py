"""Judgements of reviewers in, the accuracy card of every reader out: a page and a table."""

import csv
import io
from dataclasses import dataclass, fields
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.web.desk import Desk, TheDesk
from app.web.guard import needs
from app.web.page import page
from app.web.rights import Permission, Person
from exchange.cells import cell
from exchange.csv_tables import ENCODING
from pipeline.accuracy import Accuracy, Judgement, accuracy

router = APIRouter()
Sees = Annotated[Person, needs(Permission.SEE_MONITOR)]


@dataclass(frozen=True, kw_only=True)
class AccuracyLine:
    """A reader and field of the table; proportions from 0 to 1, empty where nothing counts."""

    reader: str
    field: str
    judged: int
    precision_right: int
    precision_of: int
    precision: float | None
    precision_low: float
    precision_high: float
    recall_right: int
    recall_of: int
    recall: float | None
    recall_low: float
    recall_high: float


@router.get("/monitor/accuracy")
def show(request: Request, desk: TheDesk, person: Sees) -> Response:  # noqa: ARG001 - who looks
    """How right each reader is, as far as reviewers have judged."""
    return page(request, "accuracy.html", cards=_cards(desk))


@router.get("/monitor/accuracy.csv")
def as_table(desk: TheDesk, person: Sees) -> Response:  # noqa: ARG001 - who looks
    """The same for the validation folder of the laboratory."""
    out = io.StringIO(newline="")
    names = [each.name for each in fields(AccuracyLine)]
    table = csv.writer(out)
    table.writerow(names)
    table.writerows([cell(getattr(_line(one), name)) for name in names] for one in _cards(desk))
    return Response(
        out.getvalue().encode(ENCODING),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="accuracy.csv"'},
    )


def _cards(desk: Desk) -> tuple[Accuracy, ...]:
    return accuracy(
        Judgement(
            reader=each.reader,
            field=each.field,
            read=each.read,
            expected=each.expected,
            is_right=each.is_right,
            count=each.count,
        )
        for each in desk.store.corrections_by_reader()
    )


def _line(card: Accuracy) -> AccuracyLine:
    precision, recall = card.precision, card.recall
    return AccuracyLine(
        reader=card.reader,
        field=card.field,
        judged=card.judged,
        precision_right=precision.right,
        precision_of=precision.of,
        precision=precision.value,
        precision_low=precision.low,
        precision_high=precision.high,
        recall_right=recall.right,
        recall_of=recall.of,
        recall=recall.value,
        recall_low=recall.low,
        recall_high=recall.high,
    )
