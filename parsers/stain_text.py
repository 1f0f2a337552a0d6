"""Clauses of a pathology text in, what they say of HER2 and of mismatch repair out.

A clause belongs to a stain by its own words, else by its heading. Advice, definitions, controls and
what is to follow are no results. Clauses of one heading and one specimen are judged together.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from parsers import asides, phrases, stains
from parsers.claims import Found, Printed, gathered, is_sentence, said, value
from parsers.clauses import Clause
from parsers.evidence import Evidence
from parsers.gene_text import items
from parsers.prose import Block
from pipeline import genes
from pipeline.model import Marker, Notice, Status

STAINS = ("her2_ihc", "her2_ish", "mmr")
IN_SITU = re.compile(
    r"\b(?:[fcsd]|dd)?ish\b|in[- ]situ|cep ?17|chromosome 17|signals? per|ratio|gene copy"
    r"|copy number"
)
AMPLIFIED = re.compile(r"amplif")
RATIO = re.compile(r"ratio\D{0,30}?(\d+(?:\.\d+)?)", re.IGNORECASE)
COPIES = re.compile(
    r"(?:her2\S*|average)\s+(?:gene\s+)?(?:copy number|copies|signals?)\D{0,25}?(\d+(?:\.\d+)?)",
    re.IGNORECASE,
)
ADVICE = re.compile(
    r"\b(?:is|are) (?:indicated|warranted|advised)\b|\brecommend|\bsuggest|\badvis(?:e|able)"
    r"|\bconsider|\bshould\b|\bmay be\b|\bif clinically\b|\bcorrelat"
)
DEFINES = re.compile(
    r"\b(?:is|are) (?:considered|defined|regarded)\b|\bdefined as\b"
    # "3+ by gastric criteria", "positive per the guideline" are results.
    r"|\bcriteria (?:for|of)\b|^(?:according to|per|by) (?:\w+[ /])*?(?:guidelines?|criteria),"
    r"|\b(?:guidelines?|criteria) (?:are|is|state|define|require|recommend|include|suggest)"
)
SEQUENCED_BY = re.compile(
    r"\bngs\b|\bcoverage\b|\bexome\b|\bsequencing\b|\bpanel\b|next[- ]generation"
)
OPEN = re.compile(
    r"\b(?:will|to) (?:be )?(?:reported|follow|issued|sent|performed)\b|\bpending\b|\bin progress\b"
    r"|\breported (?:as an|in an|separately)"
)
CONTROL = re.compile(r"\bcontrols?\b|\bsigned (?:out|by)\b|electronically sign")
ELSEWHERE = re.compile(r"methylat|promoter|germline|\bpan-?trk\b|lynch", re.IGNORECASE)
SHORT = 9  # words: an interpretation that long is a result in brief, a longer one is prose


@dataclass(frozen=True, kw_only=True)
class Context:
    """What every part of one report needs; *several* specimens have letters."""

    evidence: Evidence
    blocks: tuple[Block, ...]
    several: bool


def stain_mentioned(clause: Clause) -> Marker | None:
    """The stain whose result a clause outside the results seems to tell, or None."""
    if is_background(clause.text) or _is_advice(clause.text):
        return None
    if any(stains.proteins_told(clause.text)):
        return None if ELSEWHERE.search(clause.text) else Marker.MMR
    named = any(item.symbol == Marker.HER2_IHC.gene for item in items(clause.text))
    scored = named and stains.SCORE.search(clause.text.casefold())
    return Marker.HER2_IHC if scored else None


def stained_apart(clause: Clause) -> tuple[Clause, ...]:
    """The clause, cut in two where it tells both stains: "HER2: IHC 2+, ISH positive"."""
    cut = stains.apart(clause.text)
    named = any(item.symbol == Marker.HER2_IHC.gene for item in items(clause.text))
    named = named or clause.topic in {"her2_ihc", "her2_ish"}
    if cut is None or not named:
        return (clause,)
    return replace(clause, text=cut[0]), replace(clause, text=f"HER2 {cut[1]}")


def is_background(text: str) -> bool:
    """True for a sentence about tumours in general, about elsewhere, or about what a word means."""
    said_ = text.casefold()
    if DEFINES.search(said_) or asides.begins_elsewhere(text):
        return True
    return is_sentence(text) and asides.is_general(text)


def stains_told(told: Sequence[Clause], context: Context) -> Iterator[Found]:
    """The stains of each specimen, those of one heading together."""
    for specimen in dict.fromkeys(name for each in told for name in (each.specimens or ("",))):
        mine = [each for each in told if specimen in (each.specimens or ("",))]
        yield _mismatch_repair(mine, specimen, context)
        for topic, judge in (("her2_ihc", _stained), ("her2_ish", _in_situ)):
            by_block: dict[int, list[Clause]] = {}
            for each in mine:
                if her2_topic(each, context) == topic:
                    by_block.setdefault(each.block, []).append(each)
            yield _first_understood([judge(some, specimen, context) for some in by_block.values()])


def _first_understood(found: Sequence[Found]) -> Found:
    """All that was understood; a mention that says nothing counts only where nothing else does."""
    clear = [each for each in found if each.observations and not each.notices]
    return gathered(clear or found)


def her2_topic(clause: Clause, context: Context) -> str | None:
    """Which HER2 test a clause is about: its own words, else its heading's."""
    text = clause.text.casefold()
    own = any(item.symbol == Marker.HER2_IHC.gene for item in items(clause.text))
    topic = topic_of(clause, context)
    if topic in {"mmr", "molecular"} and not (
        own and (stains.SCORE.search(text) or _is_stain(text))
    ):
        return None
    if stains.proteins_told(clause.text) or not (own or topic in {"her2_ihc", "her2_ish"}):
        return None
    others = {item.symbol for item in items(clause.text)} & set(genes.PANEL)
    if others - {Marker.HER2_IHC.gene} or CONTROL.search(text):
        return None
    if stains.SCORE.search(text) and not AMPLIFIED.search(text):
        return "her2_ihc"
    if SEQUENCED_BY.search(text) and not IN_SITU.search(text) and not _is_stain(text):
        return None
    if IN_SITU.search(text) or AMPLIFIED.search(text):
        return "her2_ish"
    return topic if topic in {"her2_ihc", "her2_ish"} else "her2_ihc"


def _is_stain(text: str) -> bool:
    return bool(re.search(r"\bihc\b|immunohisto|immunostain|\b[fcs]?ish\b|in[- ]situ", text))


def topic_of(clause: Clause, context: Context) -> str:
    """The topic of the heading; an interpretation speaks of the heading before it."""
    if clause.topic != "interpretation":
        return clause.topic
    before = (block.topic for block in reversed(context.blocks[: clause.block]))
    return next((topic for topic in before if topic in STAINS), "")


def _understood(marker: Marker, clause: Clause) -> bool:
    text = clause.text.casefold()
    if is_background(text) or (ADVICE.search(text) and not stains.SCORE.search(text)):
        return False
    return phrases.valued(marker, clause.text) is not None and not OPEN.search(text)


def _printed(some: Sequence[Clause], specimen: str, context: Context) -> Printed:
    """What several clauses print together, on the page of the first."""
    cells = tuple(dict.fromkeys(cell for each in some for cell in each.cells))
    text = "; ".join(dict.fromkeys(each.text for each in some))
    words = " ".join(dict.fromkeys(each.text for each in some))
    source = context.evidence.of(cells, words)
    return Printed(
        gene=Marker.HER2_IHC.gene or "", text=text, source=source, specimen=specimen or None
    )


def _stained(some: Sequence[Clause], specimen: str, context: Context) -> Found:
    clear = [each for each in some if _understood(Marker.HER2_IHC, each)]
    shares = [each for each in some if "%" in each.text and each not in clear]
    if not clear:
        return _no_result(Marker.HER2_IHC, some, specimen, context)
    kept = [each for each in some if each in clear or each in shares]
    printed = _printed(kept, specimen, context)
    return of_specimen(stains.immunohistochemistry(printed), specimen)


def _in_situ(some: Sequence[Clause], specimen: str, context: Context) -> Found:
    """The in-situ result; it speaks for the gene's amplification only where it found one."""
    clear = [each for each in some if _understood(Marker.HER2_ISH, each)]
    if not clear:
        return _no_result(Marker.HER2_ISH, some, specimen, context)
    counts = [each for each in some if RATIO.search(each.text) or COPIES.search(each.text)]
    printed = _printed([each for each in some if each in (*clear, *counts)], specimen, context)
    found = of_specimen(stains.in_situ(printed), specimen)
    ratio, copies = RATIO.search(printed.text), COPIES.search(printed.text)
    kept = tuple(
        replace(
            item,
            value=float(ratio[1]) if ratio else None,
            unit="HER2/CEP17 ratio" if ratio else None,
            copies=float(copies[1]) if copies else None,
        )
        if item.marker is Marker.HER2_ISH
        else item
        for item in found.observations
        if item.marker is Marker.HER2_ISH or item.status is Status.DETECTED
    )
    return Found(observations=kept, notices=found.notices)


def _no_result(marker: Marker, some: Sequence[Clause], specimen: str, context: Context) -> Found:
    """A heading or a mention without a result: pending, or not understood; advice is nothing."""
    idle = re.compile(f"{ADVICE.pattern}|{DEFINES.pattern}")
    told = [each for each in some if not idle.search(each.text.casefold())]
    if not told:
        return Found()
    printed = _printed(told, specimen, context)
    if all(is_background(each.text) for each in told):
        return _only_a_sentence(marker, printed)
    if OPEN.search(printed.text.casefold()):
        found = said(replace(printed, text=""), (marker,), Status.NOT_ASSESSED)
        notice = Notice(code="pending", message=f"page {printed.source.page}: {printed.text}")
        return Found(observations=found.observations, notices=(notice,))
    found = value(marker, printed.text, phrases.valued(marker, ""), printed.source, None)
    verdict = phrases.verdict(printed.text)
    if verdict and verdict.status is Status.NOT_ASSESSED:
        found = said(replace(printed, text=""), (marker,), Status.NOT_ASSESSED)
    return of_specimen(found, specimen)


def _only_a_sentence(marker: Marker, printed: Printed) -> Found:
    """A sentence that may speak of tumours in general: open, and a person must look."""
    message = f"page {printed.source.page}: a sentence among the results: “{printed.source.text}”"
    found = said(replace(printed, text=""), (marker,), Status.INDETERMINATE)
    notice = Notice(code="sentence_in_results", message=message)
    return Found(observations=found.observations, notices=(notice,))


def of_specimen(found: Found, specimen: str) -> Found:
    """The same, placed in a specimen (an empty name: none is stated)."""
    placed = tuple(replace(item, specimen=specimen or None) for item in found.observations)
    return Found(observations=placed, notices=found.notices)


def _mismatch_repair(told: Sequence[Clause], specimen: str, context: Context) -> Found:
    rows: list[stains.Stain] = []
    words: list[str] = []
    whole: list[Found] = []
    passed: list[Clause] = []
    for each in told:
        stated = without_advice(each.text) or each.text
        proteins = stains.proteins_told(stated)
        if _is_beside_the_point(stated):
            passed += [each] if proteins and not _is_advice(each.text) else []
            continue
        rows += [(protein, result, each.cells) for protein, result in proteins]
        words += [each.text] if proteins else []
        if not proteins and _is_about_repair(each, context):
            whole.append(_repair(each, specimen, context))
    if rows:
        whole.append(stains.mismatch_repair(rows, context.evidence, " ".join(words)))
    if not whole and not passed:
        whole.append(_unread(told, specimen, context))
    if passed and not whole:
        whole.append(_only_a_sentence(Marker.MMR, _printed(passed, specimen, context)))
    return gathered(of_specimen(each, specimen) for each in whole)


def _unread(told: Sequence[Clause], specimen: str, context: Context) -> Found:
    """What stands under a heading of mismatch repair and is not understood, or is to follow."""
    about = [
        each
        for each in told
        if topic_of(each, context) == "mmr"
        and not _is_beside_the_point(each.text)
        and not CONTROL.search(each.text.casefold())
    ]
    if not about:
        return Found()
    printed = _printed(about, specimen, context)
    verdict = phrases.verdict(printed.text)
    missing = verdict is not None and verdict.status is Status.NOT_ASSESSED
    if missing or OPEN.search(printed.text.casefold()):
        notice = Notice(code="pending", message=f"page {printed.source.page}: {printed.text}")
        return Found(notices=(notice,))
    return value(Marker.MMR, printed.text, None, printed.source, None)


def _is_beside_the_point(text: str) -> bool:
    """True for what is advised, explained, or told of methylation and the germline."""
    return bool(ELSEWHERE.search(text)) or is_background(text) or _is_advice(text)


def without_advice(text: str) -> str:
    """What stands before advice: "FGFR2 fusion present, futibatinib may be considered"."""
    advice = ADVICE.search(text.casefold())
    if advice is None:
        return text
    before = re.match(r"(.*)[,;:]", text[: advice.start()])
    return before[1].strip() if before else ""


def _is_advice(text: str) -> bool:
    return bool(ADVICE.search(text.casefold())) and not stains.SCORE.search(text.casefold())


def _is_about_repair(each: Clause, context: Context) -> bool:
    named = re.search(r"mismatch[- ]repair|\b[dp]?mmr\b|mmr-?[dp]\b", each.text.casefold())
    if named:
        return phrases.valued(Marker.MMR, each.text) is not None
    brief = len(each.text.split()) <= SHORT and not CONTROL.search(each.text.casefold())
    heading = topic_of(each, context) == "mmr" and brief
    return heading and phrases.valued(Marker.MMR, each.text) is not None


def _repair(each: Clause, specimen: str, context: Context) -> Found:
    printed = _printed([each], specimen, context)
    verdict = phrases.valued(Marker.MMR, _with_its_question(each, context))
    return value(Marker.MMR, each.text, verdict, printed.source, None)


def _with_its_question(each: Clause, context: Context) -> str:
    """The text behind its heading where that asks for the answer: "MMR deficiency: absent"."""
    title = context.blocks[each.block].title
    asks = phrases.valued(Marker.MMR, title)
    return f"{title}: {each.text}" if asks and asks.status is Status.DETECTED else each.text
