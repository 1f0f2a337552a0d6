"""The running text of family A's reports: genes in, background paragraphs out.

Every paragraph names genes and alterations that are *not* results of the specimen. The sentences
are ours, say nothing a clinician could use, and stand here to be read past.
"""

from collections.abc import Iterator
from itertools import cycle, islice

BACKGROUND = (
    (
        "In tumours of the bile ducts, KRAS G12D has been described in several series; its place "
        "beside {gene} is under study."
    ),
    (
        "IDH1 R132C is the substitution most often named in the intrahepatic setting; cohorts "
        "differ in how they report it together with {gene}."
    ),
    (
        "ERBB2 amplification has been reported in a part of gallbladder cancers. Whether it occurs "
        "with {gene} alterations is not settled."
    ),
    (
        "EGFR alterations, among them EGFR L858R, are common in other tumour types and are "
        "discussed here only for comparison with {gene}."
    ),
    (
        "Preclinical work in cell lines with BRAF V600E suggests that signalling below {gene} may "
        "be rewired when the pathway is inhibited."
    ),
    (
        "Case reports describe patients with a RET fusion or an NTRK1 fusion whose tumours also "
        "carried alterations of {gene}."
    ),
    (
        "Acquired resistance has been attributed to secondary mutations of the kinase domain of "
        "FGFR2; no such mutation is implied by this paragraph on {gene}."
    ),
    (
        "Tumours that are MSI-High have been treated in basket studies, some of which included "
        "patients with {gene} alterations."
    ),
    (
        "A retrospective series compared patients with KRAS G12C and those with KRAS G12V, and "
        "found no consistent association with {gene}."
    ),
    (
        "The protein encoded by {gene} takes part in the control of growth. Its loss or activation "
        "has been linked with tumour development in model systems."
    ),
    (
        "Amplification of ERBB2 detected by sequencing and HER2 IHC 3+ do not always agree; the "
        "literature on {gene} does not resolve the difference."
    ),
    (
        "Studies that enrolled patients with FGFR2 fusion or IDH1 mutation did not report outcomes "
        "by the status of {gene}."
    ),
)
HEADINGS = (
    "POTENTIAL TREATMENT STRATEGIES",
    "FREQUENCY & PROGNOSIS",
    "FINDING SUMMARY",
)


def _paragraphs(gene: str, first: int) -> Iterator[str]:
    # Another first sentence on every page: equal lines at equal height look like a running head.
    turned = BACKGROUND[first:] + BACKGROUND[:first]
    return (sentence.format(gene=gene) for sentence in cycle(turned))


def columns(gene: str, first: int) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Three columns of background on *gene*, beginning with sentence *first*."""
    sentences = _paragraphs(gene, first)
    columns: list[tuple[tuple[str, str], ...]] = []
    for heading in HEADINGS:
        opening, *rest = islice(sentences, 4)
        columns.append(((heading, opening), *(("", paragraph) for paragraph in rest)))
    return tuple(columns)


def detail(gene: str, alteration: str, first: int) -> tuple[tuple[tuple[str, str], ...], ...]:
    """As `columns`, the first column opened by the finding the page is about."""
    text = columns(gene, first)
    opened = (("GENE", gene), ("ALTERATION", alteration), *text[0])
    return (opened, *text[1:])
