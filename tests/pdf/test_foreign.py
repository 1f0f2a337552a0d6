"""Real PDFs that no reader knows: held with a reason, no crash, no finding."""

import time

from parsers import extract


def pdfs(folder):
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".pdf")
    assert found, f"no PDF under {folder}"
    return found


READ = ("Guardant360_Lung", "foundationone_heme")  # test_family_d.py, test_public_specimens.py


def test_vendor_reports_without_a_reader_are_unrecognised(shared_data):
    for path in pdfs(shared_data / "vendor_pdf"):
        if any(words in path.name for words in READ):
            continue
        reading = extract.read(path.read_bytes(), path.name)
        assert reading.observations == (), path.name
        assert not reading.report.status.is_read, path.name
        assert reading.report.reasons, path.name


def test_foreign_documents_are_held_with_a_reason(shared_data):
    for path in pdfs(shared_data / "pdf_corpus"):
        started = time.process_time()  # not of the clock: the machine may be busy
        reading = extract.read(path.read_bytes(), path.name)
        assert reading.observations == (), path.name
        assert not reading.report.status.is_read, path.name
        assert reading.report.reasons[0].endswith("."), path.name
        assert time.process_time() - started < 30, path.name


def test_a_locked_document_asks_for_its_password(shared_data):
    locked = [path for path in pdfs(shared_data / "pdf_corpus") if path.name == "aes-256.pdf"]
    for path in locked:
        report = extract.read(path.read_bytes(), path.name).report
        assert (report.status.value, report.code) == ("unreadable", "password")
