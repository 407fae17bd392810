"""A folder of mixed documents with their truth beside them; the benchmarks read such folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from samples.defects import DEFECTS, spoil
from samples.layout import Draft, draft
from samples.poison import POISON
from samples.report import Blanks, make_report
from samples.styles import STYLES, SUFFIXES, render
from tasks.model.document import Format

_BLANKS: tuple[Blanks, ...] = ("zero", "zero", "zero", "blank", "dash", "mixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One document of a folder and all that is known about it."""

    name: str
    body: bytes
    format: Format
    style: str
    #: None for poison.
    draft: Draft | None = None
    defect: str | None = None
    #: What may become of it: `report`, or as in `poison.Poison.outcomes`.
    outcomes: tuple[str, ...] = ("report",)
    #: Every figure can be demanded; otherwise only that none is wrong.
    certain: bool = True
    relations_hold: bool = True


def sample(seed: int, format: Format | None = None, *, defects: bool = True) -> Sample:
    """A report of any sort in any style, half of them with one defect."""
    random = Random(f"sample {seed}")
    format = format or random.choice(tuple(STYLES))
    style = random.choice(tuple(STYLES[format].values()))
    blanks = random.choice(_BLANKS)
    report = make_report(
        seed,
        zero_share=random.choice((0.3, 0.7, 0.9, 1.0)),
        big=random.random() < 0.2,
        blanks=blanks,
        narrative=random.random() < 0.8,
        work_secret=random.random() < 0.1,
    )
    defect = random.choice(tuple(DEFECTS)) if defects and random.random() < 0.5 else None
    drafted = spoil(draft(report), defect, seed) if defect else draft(report)
    # A label that left no trace is a blank cell as well.
    has_blanks = blanks in ("blank", "mixed") or defect in ("blank_totals", "lost_labels")
    return Sample(
        name=f"{report.year}/{report.organ}-{seed}.{SUFFIXES[format]}",
        body=render(drafted, format, style.name, seed),
        format=format,
        style=style.name,
        draft=drafted,
        defect=defect,
        outcomes=(f"refused:{style.refusal}" if style.refusal else "report",),
        certain=style.certain(blanks=has_blanks),
        relations_hold=DEFECTS[defect].relations_hold if defect else True,
    )


def samples(count: int, seed: int, *, poison: bool = True) -> Iterator[Sample]:
    """`count` documents; with `poison` about one in ten is no report or cannot be read."""
    random = Random(f"folder {seed}")
    for number in range(count):
        if poison and random.random() < 0.1:
            chosen = random.choice(tuple(POISON.values()))
            stem, _, suffix = chosen.name.rpartition(".")
            known = {name: format for format, name in SUFFIXES.items()}
            yield Sample(
                name=f"其他/{stem}-{number}.{suffix}",
                body=chosen.make(),
                format=known.get(suffix, Format.TEXT),
                style=chosen.about,
                outcomes=chosen.outcomes,
                certain=False,
            )
        else:
            yield sample(seed * 100_000 + number)


def as_truth(one: Sample) -> dict[str, Any]:
    """One entry of truth.json."""
    entry: dict[str, Any] = {
        "file": one.name,
        "format": one.format,
        "style": one.style,
        "defect": one.defect,
        "outcomes": one.outcomes,
        "certain": one.certain,
        "relations_hold": one.relations_hold,
    }
    if one.draft is not None:
        report = one.draft.report
        entry |= {"organ": report.organ, "year": report.year, "edition": report.editions}
        entry |= {"left_over": one.draft.left_over, **one.draft.truth}
    return entry


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        # As a string: a float would lose the digits as they were written.
        return str(value)
    raise TypeError(f"no JSON for {value!r}")


def write_folder(folder: Path, count: int, seed: int) -> None:
    """Writes the documents and `truth.json`. Raises `OSError`."""
    entries = []
    for one in samples(count, seed):
        path = folder / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.body)
        entries.append(as_truth(one))
    text = json.dumps(entries, ensure_ascii=False, indent=1, default=_plain)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")
