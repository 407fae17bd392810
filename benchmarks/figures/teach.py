"""Teaches the networks of the second reader: `python -m benchmarks.figures teach FOLDER...`.

Each FOLDER holds typefaces (`faces.TAUGHT_FROM`). Lines are drawn, worn, and cut by the reader's
own code; a piece of ink that fills one digit's box is that digit, one that is anything else
(two digits that touch, half of one, a sign, part of a Chinese character) is no digit. Seeded:
the same faces make the same file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures.draw import Line, drawn, some_figure, some_text, worn
from benchmarks.figures.faces import CHINESE, Face, ink_box
from tasks.read.scan.figures.ink import HEIGHT, Ink, Piece, at_one_height, ink_at, levels
from tasks.read.scan.figures.network import (
    CLASSES,
    COLUMNS,
    NO_DIGIT,
    ROWS,
    Floats,
    dark_features,
    edge_features,
    patch,
    softmax,
)
from tasks.read.scan.figures.reader import WAYS

#: Written beside figures, or taken for them; no letter that some face draws as it draws a digit.
_LETTERS = [*"ACDEFGHJKLMNPQRTUVWXYabcdefhijkmnprstuvwxyz%%%/\\|()[]*+=?!#&@$<>"]
#: Characters of few strokes first: they look most like digits.
_CHINESE = [
    *"一二三口日目曰山了丁人入八几儿乙之工土士上下十卜个小川己巳已万元件年月项无中出合计本度数其他总"
]
_SIGNS = [*"—―－一~·、。；：〇○●□✓√/／"]
Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Lessons:
    patches: Floats
    shapes: Floats
    answers: NDArray[np.int64]


def lessons(families: dict[str, list[Face]], lines: int, seed: int) -> Lessons:
    rng = np.random.default_rng(seed)
    names = sorted(families)
    weights = np.array([4.0 if name.startswith(CHINESE) else 1.0 for name in names])
    weights /= weights.sum()
    patches, shapes, answers = [], [], []
    for _ in range(lines):
        family = families[names[int(rng.choice(len(names), p=weights))]]
        face = family[int(rng.integers(len(family)))]
        for picture, shape, answer in _of_line(rng, face):
            patches.append(picture)
            shapes.append(shape)
            answers.append(answer)
    return Lessons(
        np.stack(patches).astype(np.float16).astype(np.float32),
        np.asarray(shapes, np.float32),
        np.asarray(answers),
    )


def _of_line(rng: Random, face: Face) -> Iterator[tuple[Floats, float, int]]:
    digits = rng.random() < 0.72
    text = some_figure(rng) if digits else some_text(rng, _others(face))
    line = drawn(rng, face, text, worn(rng))
    grey = at_one_height(line.picture)
    between = levels(grey) if grey is not None else None
    if grey is None or between is None:
        return
    share, bridged = WAYS[int(rng.integers(len(WAYS)))]
    ink = ink_at(grey, *between, share, bridged=bridged)
    boxes = line.boxes * (HEIGHT / line.picture.shape[0])
    least = 0.3 * (boxes[:, 3] - boxes[:, 1]).max()
    for piece in ink.pieces:
        if piece.height < least:
            continue
        answer = _answer(piece, line.text, boxes)
        if answer is not None and (answer != NO_DIGIT or piece.width < 1.2 * piece.height):
            yield (*patch(ink, piece), answer)
        if answer == NO_DIGIT:
            cut = _cut(rng, ink, piece, line, boxes) if digits else _broken(rng, ink, piece)
            yield from cut


def _others(face: Face) -> list[str]:
    kinds = [_LETTERS, _LETTERS, [*_CHINESE, *_SIGNS]]
    blank = ink_box(face, 64, "\U0010ffff")
    return [one for kind in kinds for one in kind if ink_box(face, 64, one) not in (None, blank)]


def _answer(piece: Piece, text: str, boxes: NDArray[np.float64]) -> int | None:
    """The digit whose box the piece fills; None where it fills one nearly."""
    sides = np.array([piece.left, piece.top, piece.right, piece.bottom], np.float64)
    for one, box in zip(text, boxes, strict=True):
        height = box[3] - box[1]
        off = np.abs(sides - box).max() / height
        if one in "0123456789" and height > 0:
            if off < 0.11:
                return int(one)
            if off < 0.17:
                return None
    return NO_DIGIT


def _broken(rng: Random, ink: Ink, piece: Piece) -> Iterator[tuple[Floats, float, int]]:
    """Parts of a broad character that is no digit, as they are when it is taken for several."""
    if piece.width > 0.6 * piece.height:
        at = piece.left + round(float(rng.uniform(0.3, 0.7)) * piece.width)
        for start, end in ((piece.left, at), (at, piece.right)):
            part = Piece(start, piece.top, end, piece.bottom, piece.labels)
            if 0.2 * part.height < part.width < 1.0 * part.height:
                yield (*patch(ink, part), NO_DIGIT)


def _cut(
    rng: Random, ink: Ink, piece: Piece, line: Line, boxes: NDArray[np.float64]
) -> Iterator[tuple[Floats, float, int]]:
    """Digits that touch, cut where one ends, and cut elsewhere."""
    covered = [
        (one, box)
        for one, box in zip(line.text, boxes, strict=True)
        if piece.left - 3 < (box[0] + box[2]) / 2 < piece.right + 3
    ]
    if len(covered) != 2 or any(one not in "0123456789" for one, _ in covered):
        return
    (first, left), (second, right) = covered
    height = float(piece.height)
    if abs(left[3] - left[1] - height) > 0.2 * height:
        return
    true = (left[2] + right[0]) / 2
    wrong = true + rng.choice([-1, 1]) * rng.uniform(0.16, 0.35) * height
    for at, answers in (
        (true + rng.normal(0, 0.02) * height, (int(first), int(second))),
        (wrong, (NO_DIGIT, NO_DIGIT)),
    ):
        middle = round(at)
        if piece.left + 4 < middle < piece.right - 4:
            for start, end, answer in (
                (piece.left, middle, answers[0]),
                (middle, piece.right, answers[1]),
            ):
                part = Piece(start, piece.top, end, piece.bottom, piece.labels)
                if part.width < 1.2 * part.height:
                    yield (*patch(ink, part), answer)


# --- networks -----------------------------------------------------------------------------


@dataclass(slots=True)
class Learner:
    """Layers that learn by Adam's rule."""

    weights: list[Floats]
    first: list[Floats]
    second: list[Floats]
    steps: int = 0

    @classmethod
    def new(cls, rng: Random, sizes: Sequence[int]) -> Learner:
        weights: list[Floats] = []
        for inputs, outputs in pairwise(sizes):
            scale = np.sqrt(2 / inputs)
            weights.append(rng.normal(0, scale, (inputs, outputs)).astype(np.float32))
            weights.append(np.zeros(outputs, np.float32))
        return cls(
            weights, [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
        )

    def step(self, features: Floats, answers: NDArray[np.int64], rate: float) -> None:
        values = [features]
        for layer in range(0, len(self.weights) - 2, 2):
            values.append(np.maximum(values[-1] @ self.weights[layer] + self.weights[layer + 1], 0))
        error = softmax(values[-1] @ self.weights[-2] + self.weights[-1])
        error[np.arange(len(answers)), answers] -= 1
        error /= len(answers)
        slopes: list[Floats] = []
        for layer in range(len(self.weights) - 2, -1, -2):
            here = values[layer // 2]
            slopes = [here.T @ error, error.sum(axis=0), *slopes]
            error = (error @ self.weights[layer].T) * (here > 0)
        self._move(slopes, rate)

    def _move(self, slopes: Sequence[Floats], rate: float) -> None:
        self.steps += 1
        ease = np.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps)
        for weight, slope, first, second in zip(
            self.weights, slopes, self.first, self.second, strict=True
        ):
            first += 0.1 * (slope - first)
            second += 0.001 * (slope**2 - second)
            weight -= (rate * ease * first / (np.sqrt(second) + 1e-8)).astype(np.float32)
            if weight.ndim == 2:
                weight *= np.float32(1 - 1e-2 * rate)


def taught(given: Lessons, rounds: int, seed: int) -> dict[str, NDArray[np.float16]]:
    """Name in the file -> weights."""
    rng = np.random.default_rng(seed)
    inputs = {
        "dark": dark_features(given.patches, given.shapes),
        "edges": _in_portions(given),
    }
    hidden = {"dark": [112, 56], "edges": [160, 56]}
    kept = {}
    for name, features in inputs.items():
        learner = Learner.new(rng, [features.shape[1], *hidden[name], CLASSES])
        for turn in range(rounds):
            rate = 2e-3 * 0.5 * (1 + np.cos(np.pi * turn / rounds)) + 2e-5
            order = rng.permutation(len(features))
            for start in range(0, len(order), 256):
                some = order[start : start + 256]
                learner.step(features[some], given.answers[some], rate)
        for layer in range(len(learner.weights) // 2):
            kept[f"{name}_weight{layer}"] = learner.weights[2 * layer].astype(np.float16)
            kept[f"{name}_offset{layer}"] = learner.weights[2 * layer + 1].astype(np.float16)
    return kept


def _in_portions(given: Lessons) -> Floats:
    parts = [
        edge_features(given.patches[start : start + 4096], given.shapes[start : start + 4096])
        for start in range(0, len(given.patches), 4096)
    ]
    return np.concatenate(parts)


def write(kept: dict[str, NDArray[np.float16]], to: Path) -> None:
    np.savez_compressed(to, **kept)  # type: ignore[arg-type]


__all__ = ["COLUMNS", "ROWS", "Lessons", "lessons", "taught", "write"]
