"""Examines the second reader: `python -m benchmarks.figures examine FOLDER...`.

First on lines drawn in typefaces that taught it nothing (those of the folders and of the samples),
by kind of wear; then on what is no figure; then on the figures of invented reports put through each
kind of machine. The first reader, a model of PP-OCR, reads the same crops, and crops that both read
alike and wrong are counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from benchmarks.figures.draw import Grey, Random, Wear, drawn, some_figure
from benchmarks.figures.faces import Face, families, ink_box
from benchmarks.figures.papers import crops
from samples.scans import KINDS as MACHINES
from tasks.read.scan.figures import FigureReader
from tasks.read.scan.recogniser import Recogniser

#: Points of type in tables of reports.
_SIZES = (9.0, 10.5, 12.0)
_NO_FIGURES = (
    *"/—-－一〇○O|丨l.,、·%（）",
    *("——", "--", "…", "无", "不适用", "合计", "其他", "1/2", "3年", "第1页", "2024年", "12件"),
    *(
        "(3)",
        "（12）",
        "①",
        "N/A",
        "o",
        "口",
        "日",
        "目",
        "八",
        "了",
        "Z",
        "S5",
        "B8",
        "1 2 3",
        "10%",
    ),
    *("3-4", "12:30", "1,23", "0.5.1", "5、", "十二", "万元", "1.2万", "√", "×", "12+5", "≥3"),
)


@dataclass(frozen=True, slots=True)
class Exam:
    kind: str
    crops: tuple[Grey, ...]
    #: What is written; None where that is no figure.
    answers: tuple[str | None, ...]


def _at(
    dpi: int,
    rng: Random,
    *,
    ink: int = 20,
    paper: int = 245,
    blur: float = 0.4,
    noise: float = 2.0,
    skew: float = 0.0,
    jpeg: int = 0,
    bilevel: bool = False,
    stroke: int = 0,
    spacing: float = 0.0,
    stamp: int = 0,
    rules: str = "",
) -> Wear:
    left, top, right, bottom = (float(margin) for margin in rng.uniform(0.15, 0.5, 4))
    return Wear(
        height=float(rng.choice(_SIZES)) * 0.7 * dpi / 72,
        ink=ink,
        paper=paper,
        blur=blur,
        noise=noise,
        skew=skew,
        jpeg=jpeg,
        bilevel=bilevel,
        stroke=stroke,
        spacing=spacing,
        stamp=stamp,
        rules=rules,
        margins=(left, top, right, bottom),
    )


KINDS: dict[str, Callable[[Random], Wear]] = {
    "300 dpi": lambda rng: _at(300, rng),
    "200 dpi": lambda rng: _at(200, rng),
    "150 dpi": lambda rng: _at(150, rng),
    "120 dpi": lambda rng: _at(120, rng),
    "100 dpi": lambda rng: _at(100, rng),
    "80 dpi": lambda rng: _at(80, rng),
    "60 dpi": lambda rng: _at(60, rng),
    "200 dpi, bilevel": lambda rng: _at(200, rng, bilevel=True),
    "300 dpi, bilevel": lambda rng: _at(300, rng, bilevel=True),
    "200 dpi, noise": lambda rng: _at(200, rng, noise=20),
    "100 dpi, noise": lambda rng: _at(100, rng, noise=16),
    "200 dpi, JPEG 30": lambda rng: _at(200, rng, jpeg=30),
    "150 dpi, JPEG 20": lambda rng: _at(150, rng, jpeg=20),
    "200 dpi, blurred": lambda rng: _at(200, rng, blur=1.4),
    "200 dpi, faint": lambda rng: _at(200, rng, ink=130, paper=225, noise=6),
    "200 dpi, bold copy": lambda rng: _at(200, rng, stroke=1, blur=0.9, bilevel=True),
    "200 dpi, skew": lambda rng: _at(200, rng, skew=float(rng.uniform(-2, 2))),
    "200 dpi, close": lambda rng: _at(200, rng, spacing=-0.08),
    "200 dpi, rules": lambda rng: _at(200, rng, rules=str(rng.choice(["l", "lt", "rb", "b"]))),
    "200 dpi, stamp": lambda rng: _at(200, rng, stamp=int(rng.integers(110, 180))),
}


def exams(faces: Sequence[Face], each: int, seed: int) -> Iterator[Exam]:
    for number, (kind, wear) in enumerate(KINDS.items()):
        rng = np.random.default_rng([seed, number])
        pairs = []
        for index in range(each):
            text = some_figure(rng)
            pairs.append((drawn(rng, faces[index % len(faces)], text, wear(rng)).picture, text))
        yield Exam(kind, tuple(crop for crop, _ in pairs), tuple(text for _, text in pairs))
    rng = np.random.default_rng([seed, 1000])
    yield Exam("no figure", tuple(_no_figures(rng, faces, each)), (None,) * each)


def _no_figures(rng: Random, faces: Sequence[Face], each: int) -> Iterator[Grey]:
    wears = list(KINDS.values())
    made = 0
    for index in count():
        face = faces[index % len(faces)]
        text = str(rng.choice(_NO_FIGURES))
        blank = ink_box(face, 64, "\U0010ffff")
        if any(one != " " and ink_box(face, 64, one) in (None, blank) for one in text):
            continue
        yield drawn(rng, face, text, wears[index % len(wears)](rng)).picture
        made += 1
        if made == each:
            return


def of_papers(seed: int) -> Iterator[Exam]:
    for name, kind in MACHINES.items():
        for dpi in kind.dpis:
            pairs = [pair for song in (True, False) for pair in crops(kind, dpi, seed, song=song)]
            texts = tuple(text for _, text in pairs)
            yield Exam(f"{name} {dpi}", tuple(crop for crop, _ in pairs), texts)


def run(folders: Sequence[Path], each: int, seed: int) -> int:
    faces = [face for some in families(folders, held_out=True).values() for face in some]
    reader, first = FigureReader(), Recogniser()
    print(f"{len(faces)} faces")
    print(f"{'kind':<22}{'right':>7}{'wrong':>7}{'none':>7}{'ms':>7}{'first wrong':>13}{'both':>6}")
    totals = np.zeros(5, np.int64)
    for some in (exams(faces, each, seed), of_papers(seed)):
        for exam in some:
            totals += _held(exam, reader, first)
    right, wrong, none, astray, both = totals.tolist()
    print(f"{'all':<22}{right:>7}{wrong:>7}{none:>7}{'':>7}{astray:>13}{both:>6}")
    return 0


def _held(exam: Exam, reader: FigureReader, first: Recogniser) -> list[int]:
    start = time.process_time()
    read = reader.read(exam.crops)
    spent = 1000 * (time.process_time() - start) / len(read)
    others = [line.text for line in first.read(exam.crops)]
    right = wrong = astray = both = 0
    for mine, other, true in zip(read, others, exam.answers, strict=True):
        right += mine is not None and mine == true
        wrong += mine is not None and mine != true
        astray += true is not None and other != true
        both += mine is not None and mine != true and mine == other
    none = len(read) - right - wrong
    print(
        f"{exam.kind:<22}{right:>7}{wrong:>7}{none:>7}{spent:>7.2f}{astray:>13}{both:>6}",
        flush=True,
    )
    return [right, wrong, none, astray, both]
