"""The demo's documents and the folders written by `python -m samples`."""

import io
import json

import pdfplumber

from samples import demo_documents
from samples.__main__ import main
from samples.folder import samples
from tasks.model.document import BATCHES, Format


def test_the_demo_shows_every_outcome():
    documents = demo_documents()

    assert len({document.name for document in documents}) == len(documents) >= 10
    assert {document.expected for document in documents} >= {
        "clean",
        "findings",
        "no report",
        "refused:encrypted",
        "refused:corrupt",
    }
    assert {document.name.rpartition(".")[2] for document in documents} == {
        "html",
        "pdf",
        "docx",
        "zip",
        "txt",
        "ofd",
    }
    assert documents == demo_documents()


def test_the_demo_has_a_scan_of_modest_size():
    (scan,) = (one for one in demo_documents() if "a scan" in one.description)

    assert len(scan.body) < 400_000
    with pdfplumber.open(io.BytesIO(scan.body)) as document:
        assert len(document.pages) == 3
        assert all(page.images and not page.chars for page in document.pages)


def test_samples_are_of_all_sorts():
    found = list(samples(60, 1, poison=False))

    assert {one.format for one in found} == set(Format) - BATCHES - {Format.IMAGE}
    assert len({one.style for one in found}) > 20
    assert len({one.defect for one in found}) > 10
    assert {one.certain for one in found} == {True, False}


def test_the_command_writes_documents_and_their_truth(tmp_path):
    main([str(tmp_path), "--count", "12", "--seed", "4"])

    entries = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert {entry["file"] for entry in entries} == files - {"truth.json"}
    report = next(entry for entry in entries if "requests" in entry)
    assert report["requests"]["new"]["total"][0] in ("number", "blank", "dash")
    assert isinstance(report["organ"], str)
