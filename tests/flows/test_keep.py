"""The database over several days: late files, better tables, doubtful owners, nothing twice."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from flows.outcome import HeldFile, Outcome
from flows.run import Work, plain
from pipeline.model import Marker, Status
from store.records import Store

PDF = "01_a_fgfr2_fusion_twocolumn.pdf"
VCF = "01_fgfr2_bicc1_breakends.vcf"
HOTSPOT = "20_idh1_r132c.vcf"
OTHER = "11_a_appendix_trap.pdf"
UNKNOWN = "x_unknown_layout.pdf"
WHO = 'SYN-000001,EXEMPLA,"Specimen, Synthia",1961-01-01'
COLUMNS = "file,case,mrn,assigning_authority,name,dob,accession,specimen_id,tumour_sample\n"
VCF_ROW = f"{COLUMNS}{VCF},SYN-CASE-01,{WHO},SYN-26-0101,SYN-26-0101-T,SYN-26-0101-T\n"
CONTEXT = f"case,mrn,assigning_authority,name,dob,site,stage,ecog,prior_lines\nSYN-CASE-01,{WHO}"

Make = Callable[..., Work]
Inbox = Callable[..., Path]


def test_a_file_that_comes_later_joins_the_case_of_its_patient(
    work: Make, inbox: Inbox, store: Store
) -> None:
    """The PDF names its patient; the VCF of the next day does so through its manifest row."""
    first = plain(work(inbox(PDF)))
    (case,) = first.cases
    second = plain(work(inbox(VCF, manifest=VCF_ROW)))
    assert second.cases == (case,), "a stored case keeps its name, whatever the manifest calls it"
    said = store.case(case)
    assert {each.report.file for each in said.case.reports} == {PDF, VCF}
    assert said.case.markers[Marker.FGFR2_FUSION].status is Status.DETECTED


def test_the_order_of_arrival_does_not_matter(work: Make, inbox: Inbox, store: Store) -> None:
    (case,) = plain(work(inbox(VCF, manifest=VCF_ROW))).cases
    plain(work(inbox(PDF)))
    said = store.case(case)
    assert {each.report.file for each in said.case.reports} == {PDF, VCF}


def test_a_vcf_without_a_manifest_row_belongs_to_nobody(work: Make, inbox: Inbox) -> None:
    done = plain(work(inbox(VCF)))
    (held,) = done.held
    assert (held.status, held.code) == ("held", "identity")
    assert "two identifiers are needed" in held.reasons[0]
    assert done.cases == ()


def test_a_held_file_is_set_free_by_the_manifest_that_comes_later(
    work: Make, inbox: Inbox, store: Store
) -> None:
    plain(work(inbox(VCF)))
    done = plain(work(inbox(VCF, manifest=VCF_ROW)))
    assert (done.held, done.cases) == ((), ("SYN-CASE-01",))
    assert store.held() == ()


def test_a_file_that_is_known_stays_read_without_its_manifest(
    work: Make, inbox: Inbox, store: Store
) -> None:
    plain(work(inbox(VCF, manifest=VCF_ROW)))
    done = plain(work(inbox(VCF)))
    assert (done.read, done.held, done.changed) == (1, (), ())
    assert store.held() == ()


def test_the_context_of_yesterday_still_holds(work: Make, inbox: Inbox, store: Store) -> None:
    patients = f"{CONTEXT},intrahepatic,IV,1,1\n"
    (case,) = plain(work(inbox(PDF, patients=patients))).cases
    plain(work(inbox(VCF, manifest=VCF_ROW)))
    assert store.case(case).case.patient.prior_lines == 1


def test_a_new_context_makes_the_case_again(work: Make, inbox: Inbox, store: Store) -> None:
    (case,) = plain(work(inbox(PDF, patients=f"{CONTEXT},intrahepatic,IV,1,0\n"))).cases
    before = store.case(case)
    done = plain(work(inbox(PDF, patients=f"{CONTEXT},intrahepatic,IV,1,1\n")))
    assert done.changed == (case,)
    assert store.case(case).case.patient.prior_lines == 1
    assert store.history(case)[0] == before, "what was said before is kept"


def test_another_day_alone_changes_nothing(work: Make, inbox: Inbox, store: Store) -> None:
    (case,) = plain(work(inbox(PDF))).cases
    done = plain(work(inbox(PDF), today=date(2026, 12, 24)))
    assert done.changed == ()
    assert store.case(case).as_of == date(2026, 11, 2)


def test_something_new_is_said_as_of_today(work: Make, inbox: Inbox, store: Store) -> None:
    (case,) = plain(work(inbox(PDF))).cases
    plain(work(inbox(VCF, manifest=VCF_ROW), today=date(2026, 12, 24)))
    assert store.case(case).as_of == date(2026, 12, 24)


def test_a_held_file_is_set_free_by_another_file(work: Make, inbox: Inbox, store: Store) -> None:
    """A name that agrees with one report is a doubt; a third file that knows both settles it."""
    doubtful = f'{COLUMNS}{HOTSPOT},,,,"Specimen, Synthia",,SYN-26-0220,,SYN-26-0220-T\n'
    (held,) = plain(work(inbox(PDF, HOTSPOT, manifest=doubtful))).held
    assert "not enough" in held.reasons[0]
    link = f"{COLUMNS}{VCF},,{WHO},SYN-26-0220,,SYN-26-0101-T\n"
    done = plain(work(inbox(VCF, manifest=link)))
    (case,) = done.changed
    assert store.held() == ()
    files = {each.report.file for each in store.case(case).case.reports}
    assert files == {PDF, VCF, HOTSPOT}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (f"{HOTSPOT},SYN-CASE-01,{WHO},SYN-26-0101,,SYN-26-0101-T", "another sample"),
        (f'{PDF},,SYN-000077,EXEMPLA,"Specimen, Sabine",,SYN-26-0202,,', "differ"),
    ],
    ids=["row of another sample", "row of another person"],
)
def test_a_file_with_a_wrong_row_waits_for_its_own(
    work: Make, inbox: Inbox, store: Store, wrong: str, told: str
) -> None:
    """Held today, and tomorrow no other file settles whose it is; a right row does."""
    name = wrong.split(",", maxsplit=1)[0]
    (held,) = plain(work(inbox(name, manifest=f"{COLUMNS}{wrong}\n"))).held
    assert told in held.reasons[0]
    plain(work(inbox(VCF, OTHER, manifest=VCF_ROW)))
    assert [each.file for each in store.held()] == [name]
    assert [name for each in store.cases() if name in each.reports] == []
    right = VCF_ROW.splitlines()[1].replace(VCF, name)
    right = right.replace("SYN-26-0101", "SYN-26-0220") if name == HOTSPOT else right
    assert plain(work(inbox(name, manifest=f"{COLUMNS}{right}\n"))).held == ()
    assert store.held() == ()


def test_two_patients_are_two_cases(work: Make, inbox: Inbox) -> None:
    assert len(plain(work(inbox(PDF, OTHER))).cases) == 2


def test_bytes_that_two_rows_give_to_two_persons_are_held(work: Make, inbox: Inbox) -> None:
    folder = inbox(VCF, manifest="")
    (folder / "copy.vcf").write_bytes((folder / VCF).read_bytes())
    other = VCF_ROW.splitlines()[1].replace(VCF, "copy.vcf")
    other = other.replace("SYN-CASE-01", "SYN-CASE-77").replace("SYN-000001", "SYN-000077")
    (folder / "manifest.csv").write_text(f"{VCF_ROW}{other}\n")
    done = plain(work(folder))
    assert [each.code for each in done.held] == ["identity", "identity"]
    assert "two persons" in done.held[0].reasons[0]


def test_the_same_file_twice_is_one_report(work: Make, inbox: Inbox, store: Store) -> None:
    folder = inbox(PDF)
    (folder / "copy.pdf").write_bytes((folder / PDF).read_bytes())
    done = plain(work(folder))
    (case,) = done.cases
    assert (done.files, done.read) == (2, 2)
    assert len(store.report_results(case)) == 1


ROWS = "case,gene,alteration,status,method\nSYN-CASE-01,ERBB2,IHC 3+,detected,IHC\n"


def test_a_result_from_elsewhere_joins_the_case(work: Make, inbox: Inbox, store: Store) -> None:
    done = plain(work(inbox(VCF, manifest=VCF_ROW, findings=ROWS)))
    assert (done.files, done.read, done.cases) == (2, 2, ("SYN-CASE-01",))
    assert store.case("SYN-CASE-01").case.markers[Marker.HER2_IHC].status is Status.DETECTED


def test_a_corrected_row_replaces_the_earlier_one(work: Make, inbox: Inbox, store: Store) -> None:
    plain(work(inbox(VCF, manifest=VCF_ROW, findings=ROWS)))
    corrected = ROWS.replace("IHC 3+,detected", "IHC 1+,not_detected")
    plain(work(inbox(VCF, manifest=VCF_ROW, findings=corrected)))
    state = store.case("SYN-CASE-01").case.markers[Marker.HER2_IHC]
    assert (state.status, state.conflicts) == (Status.NOT_DETECTED, ())
    before = store.all_results()
    assert plain(work(inbox(VCF, manifest=VCF_ROW, findings=corrected))).changed == ()
    assert store.all_results() == before
    assert plain(work(inbox(VCF, manifest=VCF_ROW))).changed == ()
    plain(work(inbox(VCF, manifest=VCF_ROW, findings=ROWS)))
    state = store.case("SYN-CASE-01").case.markers[Marker.HER2_IHC]
    assert (state.status, state.conflicts) == (Status.DETECTED, ()), "and back again"


def test_a_row_of_another_case_changes_nothing_here(work: Make, inbox: Inbox, store: Store) -> None:
    plain(work(inbox(VCF, manifest=VCF_ROW, findings=ROWS)))
    more = f"{ROWS}ELSEWHERE,IDH1,p.R132C,detected,NGS-DNA\n"
    done = plain(work(inbox(VCF, manifest=VCF_ROW, findings=more)))
    assert done.changed == ("ELSEWHERE",)
    assert store.case("ELSEWHERE").case.markers[Marker.IDH1_MUTATION].status is Status.DETECTED


def test_a_held_file_is_named_in_the_case_it_belongs_to(
    work: Make, inbox: Inbox, store: Store
) -> None:
    row = VCF_ROW + VCF_ROW.splitlines()[1].replace(VCF, UNKNOWN) + "\n"
    done = plain(work(inbox(VCF, UNKNOWN, manifest=row)))
    assert [each.file for each in done.held] == [UNKNOWN]
    told = {each.code: each.message for each in store.case("SYN-CASE-01").case.notices}
    assert UNKNOWN in told["file_held"]


def test_an_account_that_does_not_balance_cannot_be_made() -> None:
    held = HeldFile(file="a", sha256="0" * 64, status="held", code="x", reasons=("y",))
    Outcome(files=2, read=1, held=(held,), cases=(), changed=())
    with pytest.raises(RuntimeError, match="does not balance: 3 files, 1 read, 1 held"):
        Outcome(files=3, read=1, held=(held,), cases=(), changed=())


def test_a_patients_table_alone_makes_the_case_again(
    work: Make, inbox: Inbox, store: Store
) -> None:
    """The report came a day earlier, and stands in the database alone by now."""
    (case,) = plain(work(inbox(PDF))).cases
    patients = f"{CONTEXT},intrahepatic,IV,1,2\n"
    assert plain(work(inbox(patients=patients))).changed == (case,)
    assert store.case(case).case.patient.prior_lines == 2
    assert plain(work(inbox(patients=patients))).cases == (), "and not every night"


def test_what_a_manifest_adds_later_is_learnt(work: Make, inbox: Inbox, store: Store) -> None:
    """The page does not say whose number it prints; a row of the next day does."""
    plain(work(inbox(PDF)))
    row = f"{COLUMNS}{PDF},,SYN-000001,EXEMPLA,,,,,\n"
    (case,) = plain(work(inbox(PDF, manifest=row))).changed
    (report,) = store.report_results(case)
    for tables in ({"manifest": row}, {}):
        assert plain(work(inbox(PDF, **tables))).changed == (), "nor forgotten without the row"
        (place,) = store.places_of([report.report.sha256])
        assert place.identity.assigning_authority == "EXEMPLA"
