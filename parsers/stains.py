"""Results of stains and in-situ tests in, observations of HER2, MMR and rearrangement out.

A mismatch repair protein that is "Positive" is intact: the normal result. Four intact proteins make
the tumour proficient, one lost makes it deficient, fewer than four leave it open.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from parsers import biomarkers, phrases
from parsers.claims import Found, Printed, markers_of, not_understood, said, value
from parsers.evidence import Evidence
from parsers.gene_text import classes_in
from parsers.page import Cell, compact
from parsers.phrases import Verdict
from pipeline import alterations, genes
from pipeline.model import AlterationClass, Analyte, Marker, Status

PROTEINS = 4
AMONG = re.compile(r"\s*(?:[,/&+]|,?\s*\band\b|,?\s*\bor\b)\s*", re.IGNORECASE)
SCORE = re.compile(r"(?<![\d.])[0-3]\s?\+|\bscore\W{0,3}[0-3]\b|\bihc\W{0,3}[0-3]\b", re.IGNORECASE)
BOTH = re.compile(
    r"(?:[,;/]|(?<=\+\s)|(?<=\+\)\s))\s*(?:(?:and|reflex) )?(?=(?:her2 )?(?:[fcsd]|dd)?ish\b)",
    re.IGNORECASE,
)


Stain = tuple[str, str, tuple[Cell, ...]]
"""A protein, its result as printed, and the cells of both."""


def is_specific(printed: Printed) -> bool:
    """True if the words themselves name a change ("p.R132C", "FGFR2-BICC1", "amplified")."""
    return alterations.classify(printed.gene, printed.text) is not None


def immunohistochemistry(printed: Printed) -> Found:
    """A stain of one of our genes: HER2 is scored; no other stain is a marker."""
    marker = genes.marker_of(printed.gene, AlterationClass.IHC)
    if marker is None:
        return Found()
    verdict = phrases.valued(marker, printed.text)
    return value(marker, printed.text, verdict, printed.source, Analyte.PROTEIN)


def in_situ(printed: Printed, about: Sequence[AlterationClass] = ()) -> Found:
    """FISH or CISH: HER2 gives its own marker and the amplification; others by their words.

    *about* are the classes of the heading or the column, for a result that names none.
    """
    marker = genes.marker_of(printed.gene, AlterationClass.ISH)
    if marker is None:
        return _probe(printed, about)
    verdict = phrases.valued(marker, printed.text)
    found = value(marker, printed.text, verdict, printed.source, Analyte.DNA)
    amplified = markers_of(printed.gene, (AlterationClass.AMPLIFICATION,))
    status = verdict.status if verdict else Status.INDETERMINATE
    return found + said(replace(printed, analyte=Analyte.DNA), amplified, status)


def _probe(printed: Printed, about: Sequence[AlterationClass]) -> Found:
    """A probe of another gene: amplification or rearrangement, if the result says which."""
    verdict = phrases.verdict(printed.text)
    markers = markers_of(printed.gene, classes_in(printed.text) or about)
    if verdict is None or (not markers and verdict.status is Status.DETECTED):
        return not_understood(printed)
    open_ = markers_of(printed.gene, (AlterationClass.FUSION, AlterationClass.AMPLIFICATION))
    sure = markers or verdict.status is Status.NOT_ASSESSED
    return said(printed, markers or open_, verdict.status if sure else Status.INDETERMINATE)


def apart(text: str) -> tuple[str, str] | None:
    """The words on the stain and those on the test in situ: "IHC 2+, ISH positive"; else None."""
    cut = BOTH.search(text)
    if cut is None or not SCORE.search(text[: cut.start()]):
        return None
    return text[: cut.start()], text[cut.end() :]


def mismatch_repair(
    rows: Iterable[Stain],
    evidence: Evidence,
    words: str | None = None,
) -> Found:
    """One statement on mismatch repair from the protein stains of a report.

    *rows* are protein, result and cells. The words of all stains are the printed text, unless
    *words* gives them as they stand on the page.
    """
    listed = tuple(rows)
    if not listed:
        return Found()
    verdicts = [phrases.valued(Marker.MMR, result) for _, result, _ in listed]
    text = "; ".join(f"{protein} {result}" for protein, result, _ in listed)
    cells = tuple(dict.fromkeys(cell for _, _, cells in listed for cell in cells))
    source = evidence.of(cells, words or text)
    tested = {compact(protein) for protein, _, _ in listed}
    return value(Marker.MMR, text, _together(verdicts, tested), source, Analyte.PROTEIN)


def _together(verdicts: list[Verdict | None], tested: set[str]) -> Verdict | None:
    known = [verdict for verdict in verdicts if verdict]
    statuses = {verdict.status for verdict in known}
    if Status.DETECTED in statuses:
        return Verdict(status=Status.DETECTED)
    if len(known) < len(verdicts):
        return None
    if statuses == {Status.NOT_ASSESSED}:
        return Verdict(status=Status.NOT_ASSESSED)
    complete = statuses == {Status.NOT_DETECTED} and len(tested) >= PROTEINS
    return Verdict(status=Status.NOT_DETECTED if complete else Status.INDETERMINATE)


# ------------------------------------------------------------------------------ running text
@cache
def _protein_names() -> re.Pattern[str]:
    names = "|".join(biomarkers.repair_proteins())
    return re.compile(rf"\b(?:{names})\b", re.IGNORECASE)


@cache
def _of_copies() -> re.Pattern[str]:
    """Another gene that is lost beside them: a list of copies ("CDKN2A loss, MSH2 loss")."""
    return re.compile(rf"(?!(?:{_protein_names().pattern}))\b[A-Z]+\d[A-Z0-9]*(?:/[A-Z])? loss\b")


def proteins_told(clause: str) -> tuple[tuple[str, str], ...]:
    """Each mismatch repair protein of a clause with the words that say how it stains.

    The words stand before the proteins ("loss of MLH1 and PMS2") or behind them ("MLH1: intact").
    Proteins that are only named ("MLH1, clone M1") give nothing, nor does a list of lost copies.
    """
    found = list(_protein_names().finditer(clause))
    if not found or _of_copies().search(clause):
        return ()
    texts = [clause[: found[0].start()]]
    groups = [[found[0][0].upper()]]
    for one, two in pairwise(found):
        between = clause[one.end() : two.start()]
        if AMONG.fullmatch(between):
            groups[-1].append(two[0].upper())
        else:
            texts.append(between)
            groups.append([two[0].upper()])
    texts.append(clause[found[-1].end() :])
    return tuple(_assigned(groups, texts))


def _assigned(groups: list[list[str]], texts: list[str]) -> Iterator[tuple[str, str]]:
    first, last = _staining(texts[0]), _staining(texts[-1])
    if not any(_staining(text) for text in texts):
        told = texts[-1].strip(" :.-")
        if texts[-1].lstrip().startswith(":") and told:  # a value, but not one that is known
            yield from ((protein, told) for protein in groups[-1])
        return
    both = len(groups) == 1 and first is not None and last is not None
    for number, group in enumerate(groups):
        before, behind = texts[number], texts[number + 1]
        denied = phrases.verdict(behind) is not None and phrases.denies_alone(behind)
        words = f"{before}; {behind}" if both or denied else before if first else behind
        yield from ((protein, words.strip(" :,.-")) for protein in group)


def _staining(words: str) -> Verdict | None:
    return phrases.valued(Marker.MMR, words)
