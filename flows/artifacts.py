"""An outcome in, what a data engineer reads in the Prefect UI out: counts and opaque ids only.

File names, reasons and patients stay in our database: Prefect's is not a place for them.
"""

from collections import Counter

from prefect.artifacts import create_markdown_artifact

from flows.outcome import Outcome

_ID_LENGTH = 12


def publish(run: str, outcome: Outcome) -> None:
    """One artifact for the run: `ingest-RUN`."""
    create_markdown_artifact(
        key=f"ingest-{run}", markdown=markdown(outcome), description="counts and held files"
    )


def markdown(outcome: Outcome) -> str:
    """The artifact: counts, every held file by intake id and reason code, the cases by id."""
    held = [f"| {each.sha256[:_ID_LENGTH]} | {each.code} |" for each in outcome.held]
    codes = Counter(each.code for each in outcome.held)
    lines = [
        f"**{outcome.files}** files = **{outcome.read}** read + **{len(outcome.held)}** held",
        "",
        *_not_taken(outcome),
        f"cases interpreted: {len(outcome.cases)}, of these changed: {len(outcome.changed)}",
        "",
        *(f"- {code}: {number}" for code, number in sorted(codes.items())),
        "",
        *(f"- alarm: {each.code}" for each in outcome.alarms),
        "",
        "| intake id | reason code |",
        "|---|---|",
        *held,
        "",
        "cases: " + (", ".join(outcome.case_tokens()) or "none"),
    ]
    return "\n".join(lines)


def _not_taken(outcome: Outcome) -> list[str]:
    """What stands in the inbox beside them, by state and code."""
    codes = Counter((each.state, each.code) for each in outcome.others)
    return [f"- {state}, {code}: {number}" for (state, code), number in sorted(codes.items())]
