"""A hundred archives and mails of all kinds: each document in them is told as it is by itself.

The command reads the archives in one run, and their documents as files in another.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from against_truth import FIRST_SEED, SCALE

from samples.archives import Drawn, archives
from tasks.unpack import base_of
from workers.cli.check import check_files

SUITE = "archives"
ARCHIVES = 100
PAGE = "正文.mht"
#: What a result says of the document itself; the rest is of the file it was in.
OF_THE_DOCUMENT = ("status", "document", "report", "findings", "tables", "refusal")


def told(paths: list[Path], capfdbinary: pytest.CaptureFixture[bytes]) -> list[dict[str, Any]]:
    check_files(paths, as_json=True, language="en")
    return [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]


def of_document(envelope: dict[str, Any]) -> dict[str, Any]:
    """Without what reports tell of each other: that names files."""
    found = {name: envelope.get(name) for name in OF_THE_DOCUMENT}
    alone = [one for one in found["findings"] or () if not one["rule"].startswith("series.")]
    return found | {"findings": alone}


@pytest.mark.parametrize("part", range(10))
def test_each_document_is_told_as_by_itself(
    part: int,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    count: Callable[..., None],
) -> None:
    each = round(ARCHIVES * SCALE / 10)
    drawn = list(archives(each, FIRST_SEED + part, each=2))
    packed = told([_written(tmp_path / one.name, one.body) for one in drawn], capfdbinary)
    packed = [one for one in packed if one["source"]["member"] != PAGE]
    alone = told(_members(drawn, tmp_path), capfdbinary)

    names = [(one.name, member) for one in drawn for member, _ in one.members]
    assert [(one["source"]["name"], one["source"]["member"]) for one in packed] == names
    for within, by_itself in zip(packed, alone, strict=True):
        assert of_document(within) == of_document(by_itself)
        for field in ("size", "sha256"):
            assert within["source"][field] == by_itself["source"][field]
    count(SUITE, archives=len(drawn), documents=len(packed))


def _members(drawn: list[Drawn], folder: Path) -> list[Path]:
    """Each in a folder of its own, under the name that it has in the archive."""
    return [
        _written(folder / f"{one.name}-{number}" / base_of(member), sample.body)
        for one in drawn
        for number, (member, sample) in enumerate(one.members)
    ]


def _written(path: Path, body: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path
