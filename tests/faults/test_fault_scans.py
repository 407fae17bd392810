"""Scans have workers of their own: they delay no page, and whatever dies, each ends once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import psutil
import pytest
from in_quiet import quiet_run
from proxy import Asked, Fault
from world import Row, World, until

from samples import archives, make_report, render
from samples.scans import drawn_scan
from tasks.model.document import Format
from tasks.queues import Queue

#: What a program without the extra `ocr` cannot import.
WITHOUT = """import sys
sys.modules.update(dict.fromkeys(("rapidocr", "onnxruntime", "cv2")))
"""


def pages(count: int) -> dict[str, bytes]:
    """Reports with text, of which every third is a PDF."""
    kinds = ((Format.PDF, "ruled"), (Format.HTML, "cms"), (Format.DOCX, "plain"))
    return {
        f"页/{number:03}.{kinds[number % 3][0]}": render(
            make_report(number, year=2023), *kinds[number % 3]
        )
        for number in range(count)
    }


def scans(count: int) -> dict[str, bytes]:
    """PDFs, and every second a picture."""
    kinds = ("fax", "png")
    drawn = (drawn_scan(kinds[number % 2], number) for number in range(count))
    return {f"扫描/{name}": body for body, name, _ in drawn}


def batch() -> dict[str, bytes]:
    members = (*islice(pages(2).items(), 2), *scans(1).items())
    return {"全市.zip": archives.zipped(members, codec="gbk")}


def ended(world: World, documents: Mapping[str, bytes]) -> bool:
    return all(
        world.records.read_result(f"inbox/{name}") or world.records.read_failure(f"inbox/{name}")
        for name in documents
    )


@pytest.mark.long
def test_scans_do_not_delay_pages(world: World, row: Row) -> None:
    """Nobody reads scans: all else ends, and they wait, each with one job however often the sweep
    comes by. Then somebody does."""
    read, left = pages(12), scans(2)
    documents = {**left, **batch(), **read}
    quiet = quiet_run(documents)
    world.start("light", "pdf", "sweep", "listen")
    world.tell(world.drop(documents))
    until(lambda: ended(world, read), 120, "pages")
    until(lambda: world.queued([Queue.OCR]) == len(left) + 1, 60, "scans handed on")
    # Longer than a mark lasts, so that only their place in the queue keeps them from being lost.
    time.sleep(2 * world.settings.enqueued_seconds)
    assert world.queued([Queue.OCR]) == len(left) + 1
    assert not any(ended(world, {name: b""}) for name in (*left, *batch()))
    world.start("ocr")
    took = world.keeps_its_promise(quiet, 300)
    row.says(documents=len(documents), settled=took)


def test_a_scan_under_kills(world: World, row: Row) -> None:
    """What reads it, its worker and the worker's machine killed in the middle of a scan, and the
    broker emptied."""
    documents = scans(2)
    quiet = quiet_run(documents)
    world.start("pdf", "ocr", "sweep", "listen")
    world.tell(world.drop(documents))
    until(lambda: reading(world), 60, "a scan being read").kill()
    world.kills["reader"] += 1
    until(lambda: reading(world), 60, "it is read again")
    world.broker.wipe()
    world.kill("ocr")
    until(lambda: reading(world), 60, "it is read again")
    world.kill_group("ocr")
    took = world.keeps_its_promise(quiet, 300)
    row.says(
        documents=len(documents), kills=dict(world.kills), wipes=world.broker.wipes, settled=took
    )


#: Who handed it on, or who reads it, is killed with its machine at its next request to the store.
MOMENTS = (("HEAD", "/inbox/"), ("GET", "/inbox/"), ("PUT", "/results/"))


@pytest.mark.long
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("method", "room"), MOMENTS, ids=["looked_at", "fetched", "written"])
def test_a_scan_killed(method: str, room: str, done: bool, world: World, row: Row) -> None:
    """At one and the same moment of a job, four times: on the way to whoever reads pixels, and
    there. `done`: after the store has done it."""
    documents = scans(2)
    quiet = quiet_run(documents)
    world.start("pdf", "ocr", "listen")
    struck: list[str] = []

    def strike(asked: Asked) -> bool:
        if asked.method != method or room not in asked.path or len(struck) == 4:
            return False
        struck.append(asked.path)
        for name in ("pdf", "ocr"):
            world.kill_group(name)
        return True

    if done:
        world.proxy.answered = strike
    else:
        world.proxy.fault = lambda asked: Fault.REFUSED if strike(asked) else None
    world.tell(world.drop(documents))
    # The sweep asks the store as well, and must not be taken for a worker.
    world.start("sweep", s3_endpoint=world.straight)
    took = world.keeps_its_promise(quiet, 300)
    assert struck
    row.says(documents=len(documents), kills=dict(world.kills), settled=took)


def reading(world: World) -> psutil.Process | None:
    """What reads a scan at this moment, and has done so for a while."""
    for child in world.processes["ocr"].children():
        for below in child.children(recursive=True):
            try:
                # What waits for its document has done nothing yet.
                if not below.children() and below.cpu_times().user > 1:
                    return below
            except psutil.Error:
                continue
    return None


def test_without_what_reads_scans_they_are_refused_with_the_way_to_get_it(
    world: World, row: Row, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT)
    world.beside = tmp_path
    documents = {**scans(1), **pages(2)}
    world.start("light", "pdf", "ocr", "sweep", "listen")
    world.tell(world.drop(documents))
    world.settle(120)
    for name in scans(1):
        letter = world.records.read_failure(f"inbox/{name}")
        assert letter is not None
        refusal = (letter.envelope or {})["refusal"]
        assert refusal["code"] == "unsupported_format"
        assert "gouji[ocr]" in refusal["message"]
        assert "gouji[ocr]" in refusal["message_en"]
    assert ended(world, pages(2))
    row.says(documents=len(documents))


def test_where_nobody_is_to_read_scans_none_waits(world: World, row: Row) -> None:
    world.settings = world.settings.model_copy(update={"ocr_enabled": False})
    # Of text, with a table as a picture: its text is read as by a program without models.
    beside, name, _ = drawn_scan("html", 1)
    documents = {**scans(2), **batch(), **pages(2), name: beside}
    world.start("light", "pdf", "sweep", "listen")
    world.tell(world.drop(documents))
    world.settle(120, expected=len(documents) + 3)
    assert world.queued([Queue.OCR]) == 0
    assert world.records.read_result(f"inbox/{name}")
    for name in scans(2):
        letter = world.records.read_failure(f"inbox/{name}")
        assert letter is not None
        assert "GOUJI_OCR_ENABLED" in (letter.envelope or {})["refusal"]["message"]
    row.says(documents=len(documents))
