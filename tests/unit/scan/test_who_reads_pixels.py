"""What reads pixels is loaded for pixels only, and a program that has none of it says so: of a
report in text it keeps what the text says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from samples import make_report, render
from samples.layout import draft
from samples.ofd import Picture, of_pictures
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.report import Outcome
from tasks.model.scans import ScanLeft, Scans

REPORT = draft(make_report(5, year=2023))

#: A program that examines each file of a folder and tells what became of it; after `hidden` it has
#: none of the libraries that the extra `ocr` brings.
PROGRAM = """
import json, sys
from pathlib import Path

NEEDED = ("cv2", "onnxruntime", "rapidocr")

class Without:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in NEEDED:
            return self.finder.find_spec(name, path, target)

folder, manner = sys.argv[1:]
if manner == "hidden":
    sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]

from tasks.flow import examine
from tasks.model.refusal import Refusal
from tasks.model.scans import Scans

told = {}
for path in sorted(Path(folder).iterdir()):
    try:
        outcome = examine(path.read_bytes(), path.name, scans=Scans.READ)
    except Refusal as refusal:
        told[path.name] = {"refused": refusal.code, "message": refusal.message}
        continue
    told[path.name] = {
        "says": [finding.says[0].id for finding in outcome.findings],
        "figures": [
            [table, row, column, str(value.amount)]
            for table, rows in (outcome.report.values if outcome.report else {}).items()
            for row, columns in rows.items()
            for column, value in columns.items()
        ],
    }
    told[path.name]["loaded"] = [name for name in (*NEEDED, "numpy") if name in sys.modules]
print(json.dumps(told))
"""


def program(folder: Path, manner: str) -> dict[str, Any]:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), manner], capture_output=True, check=True
    )
    return dict(json.loads(told.stdout))


def png() -> bytes:
    out = BytesIO()
    Image.radial_gradient("L").resize((595, 842)).save(out, "PNG")
    return out.getvalue()


def scans(n: int = 1, layer: str = "") -> bytes:
    """Pages of one picture; `layer`: what a program read of it, unseen."""
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    for _ in range(n):
        if layer:
            canvas.drawString(70, 500, layer)
        canvas.drawImage(ImageReader(BytesIO(png())), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def joined(*sources: bytes) -> bytes:
    made = pypdfium2.PdfDocument.new()
    for source in sources:
        made.import_pages(pypdfium2.PdfDocument(source))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def text() -> bytes:
    return render(REPORT, Format.PDF, "ruled")


#: Of each: nothing but pixels.
ALONE = {
    "picture.png": png,
    "scans.pdf": lambda: scans(2),
    "over_text.pdf": lambda: scans(layer="1,234 5,678 9,012 3,456 7,890 1,234"),
    "scans.ofd": lambda: of_pictures("", [Picture(body=png(), format="PNG", size=(210.0, 297.0))]),
}
#: Of each: the pages of a report in text, and a scanned one; and what is said of that.
BESIDE = {
    "annex.pdf": (lambda: joined(text(), scans()), "pdf.scanned_page"),
    "cover.pdf": (lambda: joined(scans(), text()), "pdf.scanned_page"),
    "layer.pdf": (lambda: joined(text(), scans(layer="1,234 5,678 9,012 3,456 7")), "pdf.scan"),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """By a program without the extra."""
    folder = tmp_path_factory.mktemp("scans")
    for name, make in ALONE.items():
        (folder / name).write_bytes(make())
    for name, (make, _) in BESIDE.items():
        (folder / name).write_bytes(make())
    (folder / "plain.pdf").write_bytes(text())
    return program(folder, "hidden")


@pytest.mark.parametrize("name", ALONE)
def test_pixels_alone_are_refused_with_how_to_have_them_read(
    told: dict[str, Any], name: str
) -> None:
    assert told[name]["refused"] == "unsupported_format"
    assert "pip install 'gouji[ocr]'" in told[name]["message"]


@pytest.mark.parametrize("name", BESIDE)
def test_a_report_in_text_is_kept_with_a_doubt_of_its_scanned_page(
    told: dict[str, Any], name: str
) -> None:
    plain, found = told["plain.pdf"], told[name]
    assert len(plain["figures"]) > 100
    assert found["figures"] == plain["figures"]
    assert [one for one in found["says"] if one not in plain["says"]] == [BESIDE[name][1]]


def test_a_report_of_which_a_table_is_missing_says_how_to_have_it_read(tmp_path: Path) -> None:
    whole = text()
    source = pypdfium2.PdfDocument(whole)
    first = pypdfium2.PdfDocument.new()
    first.import_pages(source, [0])
    out = BytesIO()
    first.save(out)
    (tmp_path / "first.pdf").write_bytes(joined(out.getvalue(), scans(len(source) - 1)))
    found = program(tmp_path, "hidden")["first.pdf"]
    assert {"pdf.scanned_page", "picture.unread"} <= {*found["says"]}
    assert found["figures"]


@pytest.mark.parametrize("name", [*ALONE, *BESIDE])
def test_whoever_leaves_scans_leaves_each_document_with_one(name: str) -> None:
    make = ALONE[name] if name in ALONE else BESIDE[name][0]
    with pytest.raises(ScanLeft):
        examine(make(), name, scans=Scans.LEAVE)


@pytest.mark.parametrize("name", BESIDE)
def test_where_scans_are_off_a_report_in_text_is_kept_too(name: str) -> None:
    make, said = BESIDE[name]
    outcome = examine(make(), name, scans=Scans.REFUSE)
    plain = examine(text(), name)
    assert figures_of(outcome) == figures_of(plain)
    assert said in {finding.says[0].id for finding in outcome.findings}


@pytest.mark.parametrize("name", ALONE)
def test_where_scans_are_off_pixels_alone_are_refused_for_that(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        examine(ALONE[name](), name, scans=Scans.REFUSE)
    assert refused.value.code is RefusalCode.UNSUPPORTED_FORMAT
    assert "GOUJI_OCR_ENABLED" in refused.value.message


def figures_of(outcome: Outcome) -> dict[tuple[str, str, str], object]:
    assert outcome.report is not None
    return {
        (table, row, column): value.amount
        for table, rows in outcome.report.values.items()
        for row, columns in rows.items()
        for column, value in columns.items()
    }


#: A folder of text in each format that holds it. Old Word documents are made by LibreOffice alone;
#: that their reader loads nothing of this is said in tests/unit/workers/test_warm.py.
IN_TEXT = {
    "a.html": (Format.HTML, "cms"),
    "a.txt": (Format.TEXT, "pipe_rows"),
    "a.pdf": (Format.PDF, "ruled"),
    "a.docx": (Format.DOCX, "wps"),
}


def test_text_loads_nothing_that_reads_pixels(tmp_path: Path) -> None:
    from workers.sandbox.warm import FORMATS

    for name, (format, style) in IN_TEXT.items():
        (tmp_path / name).write_bytes(render(REPORT, format, style))
    for name, make in FORMATS.items():
        (tmp_path / name).write_bytes(make())
    told = program(tmp_path, "whole")
    assert {*IN_TEXT, *FORMATS} == {*told}
    assert {name: found["loaded"] for name, found in told.items() if found["loaded"]} == {}


def test_who_reads_pixels_writes_nothing_in_the_home_and_sends_nothing(tmp_path: Path) -> None:
    """onnxruntime keeps an id of the machine there, and is made to send (1.32.0)."""
    code = "from tasks.read.scan.recogniser import recogniser; recogniser()"
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "HOME": str(tmp_path)},
        cwd=Path(__file__).parents[3],
        check=True,
    )
    assert [*tmp_path.rglob("*")] == []
