"""What a clinical question may look at: one case, one day, one jurisdiction, one therapy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from actionability.answers import Gate
from actionability.drugs import Drugs
from actionability.sites import Sites
from pipeline.model import AlterationClass, Finding, Marker, MarkerState, Significance, Status
from pipeline.patient import Case, Evaluation, Jurisdiction, Patient, Site

LABELS = {marker: marker.label for marker in Marker}
SILENT = frozenset({Significance.VUS, Significance.BENIGN})


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The facts of one question; *agents* and *finding* are those of the row that asks.

    *answered* and *gates* keep the answers to questions and to cautions that do not look at the
    row: many rows ask the same of a case.
    """

    case: Case
    as_of: date
    jurisdiction: Jurisdiction
    drugs: Drugs
    sites: Sites
    site: Site | None
    given: frozenset[str]
    unknown_agents: tuple[str, ...]
    failed: frozenset[str]
    seen: Mapping[Marker, tuple[Finding, ...]]
    answered: dict[tuple[str, str], Evaluation] = field(
        default_factory=dict, compare=False, repr=False
    )
    gates: dict[str, Gate] = field(default_factory=dict, compare=False, repr=False)
    agents: tuple[str, ...] = ()
    finding: Finding | None = None

    def of_row(self, agents: tuple[str, ...], finding: Finding | None = None) -> "Facts":
        """The same facts as a row of these drugs sees them, its finding in view."""
        return self._but(agents=agents, finding=finding)

    def at(self, area: Jurisdiction) -> "Facts":
        """The same facts under another jurisdiction's labels."""
        return self._but(jurisdiction=area)

    def _but(self, **changed: object) -> "Facts":
        # What `dataclasses.replace` does, without reading every field anew for each row.
        same = object.__new__(Facts)
        same.__dict__.update(self.__dict__, **changed)
        return same

    @property
    def patient(self) -> Patient:
        """The patient of the case."""
        return self.case.patient

    @cached_property
    def is_biliary(self) -> bool | None:
        """Whether the tumour is of the biliary tract; None if nobody says."""
        if self.case.tumour_is_btc is not None or self.tumour_is_disputed:
            return self.case.tumour_is_btc
        if self.site is not None and self.sites.is_biliary(self.site):
            return True
        return None

    @property
    def tumour_is_disputed(self) -> bool:
        """True if one source names a biliary tract cancer and another one does not."""
        return any(notice.code == "tumour_type_conflict" for notice in self.case.notices)

    @property
    def owner_doubts(self) -> tuple[str, ...]:
        """Why it is in doubt whose these results are; nothing may be suggested from them then."""
        notices = self.case.notices
        return tuple(notice.message for notice in notices if notice.code == "identity_doubt")

    def misread(self, marker: Marker) -> tuple[str, ...]:
        """Why a person says that this marker was misread; nothing may be suggested from it."""
        code = f"misread:{marker.value}"
        return tuple(each.message for each in self.case.notices if each.code == code)

    @cached_property
    def given_classes(self) -> frozenset[str]:
        """The classes of every drug already given."""
        return self.drugs.scopes(sorted(self.given))

    def state(self, marker: Marker) -> MarkerState:
        """The state of the marker over all reports of the case."""
        return self.case.markers[marker]

    def is_detected(self, marker: Marker) -> bool:
        """True if the case states the marker as detected."""
        return self.state(marker).status is Status.DETECTED

    def findings(self, marker: Marker) -> tuple[Finding, ...]:
        """Findings of the marker that may fire: no VUS, no benign, nothing negative."""
        seen = self.seen.get(marker)
        if seen is None:
            return ()
        return tuple(
            finding
            for finding in seen
            if finding.significance not in SILENT
            and finding.status in {Status.DETECTED, Status.INDETERMINATE}
        )

    def all_findings(self, marker: Marker) -> tuple[Finding, ...]:
        """Every finding of the marker, the silent ones too."""
        return self.seen.get(marker, ())


def _seen(case: Case) -> dict[Marker, tuple[Finding, ...]]:
    """What the case shows of each marker that has a finding, as the marker's state tells it."""
    found: dict[Marker, tuple[Finding, ...]] = {}
    for finding in case.findings:
        found[finding.marker] = (*found.get(finding.marker, ()), finding)
    stated = {marker: state.findings for marker, state in case.markers.items() if state.findings}
    return found | stated


def in_words(finding: Finding) -> str:
    """The finding as a sentence names it: "IDH1 p.R132C", "HER2 IHC 3+", "FGFR2::BICC1"."""
    subject = _SUBJECTS[finding.marker]
    if subject.split()[0].casefold() in finding.detail.casefold():
        return finding.detail
    return f"{subject} {finding.detail}"


_OF_THE_GENE = {AlterationClass.MUTATION, AlterationClass.FUSION, AlterationClass.AMPLIFICATION}
_SUBJECTS = {
    marker: (marker.gene or marker.value)
    if marker.alteration_class in _OF_THE_GENE
    else marker.label
    for marker in Marker
}


def facts_of(
    case: Case, *, as_of: date, jurisdiction: Jurisdiction, drugs: Drugs, sites: Sites
) -> Facts:
    """The facts of a case, the names of prior drugs read once."""
    patient = case.patient
    written = patient.prior_agents or ()
    read = [(text, drugs.read(text)) for text in written]
    return Facts(
        case=case,
        as_of=as_of,
        jurisdiction=jurisdiction,
        drugs=drugs,
        sites=sites,
        site=_site(case, sites),
        given=frozenset(inn for _, inns in read for inn in inns),
        unknown_agents=tuple(text for text, inns in read if not inns),
        failed=frozenset(drugs.read(patient.progressed_on or "")),
        seen=_seen(case),
    )


def _site(case: Case, sites: Sites) -> Site | None:
    # The patient's row speaks first; a report's printed tumour type may name the site as well.
    if case.patient.site is not None:
        return case.patient.site
    return sites.named_in(case.tumour_type) or sites.named_in(case.patient.histology)
