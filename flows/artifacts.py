"""Tidings in, what a data engineer reads in the Prefect UI out: counts and opaque ids only.

File names, reasons and patients stay in our database: Prefect's is not a place for them. The keys
are the same every night, so that the UI shows each night as a version of the one before.
"""

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)

from flows.bulletin import Changed, held_table, marker_table, page
from flows.outcome import Outcome
from flows.tidings import tidings
from flows.work import Work

_MOST = 1000
_HELD = "Every file from which nothing is concluded, by intake id: why, and who does what."
_MARKERS = "How often each marker was found, tonight and before."


def publish(work: Work, outcome: Outcome) -> None:
    """The artifacts of a run: `oncoflag-night`, and tables of what is held and of the markers."""
    runs = [each for each in work.store.nights(1) if each.id == outcome.run]
    if not runs:
        return
    news = tidings(work.store, runs[0], work.clock.now())
    whole = page(news, Changed(cases=outcome.changed, origin=work.origin))
    create_markdown_artifact(whole, key="oncoflag-night", description=news.headline)
    if news.stuck:
        table = held_table(news)[:_MOST]
        create_table_artifact(table, key="oncoflag-held", description=_HELD)
    if news.shares:
        create_table_artifact(marker_table(news), key="oncoflag-markers", description=_MARKERS)
    if work.origin:
        there = f"{work.origin}/monitor"
        text = "Monitor of the review pages"
        create_link_artifact(there, link_text=text, key="oncoflag-monitor", description=text)
