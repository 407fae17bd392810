"""Pictures of lines of text → what is written there, by the model of RapidOCR.

The model reads a line of 48 pixels' height from left to right and says for each eighth pixel
which character stands there, or none. It is asked by itself and not through RapidOCR, which pads
a lone figure to the width of seven of them and tells of a line only how sure it is on average.
"""

from __future__ import annotations

import importlib.util
import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from tasks.read.scan.pixels import Pixels

MODEL = Path("models", "PP-OCRv6_rec_small.onnx")
#: What the model is made for, in pixels; and how many of them one answer stands for.
LINE_HEIGHT = 48
STEP = 8
#: Lines are filled up to one of these widths, then to multiples of `WIDER`, so that some are
#: read together. What stands beside a line in white changes its answer by nothing that counts.
WIDTHS = (64, 96, 128, 192, 256, 384, 512, 640)
WIDER = 128
#: Columns of pixels that are read together, at most: the memory that the answer takes.
MOST_TOGETHER = 2048
#: Longer lines are read in pieces, or squeezed.
LONGEST = 3200


DIGITS = frozenset("0123456789")
#: What a figure is written with.
FIGURE = DIGITS | frozenset(".,，．-—–+%％")


@dataclass(frozen=True, slots=True)
class Sign:
    """A character, how sure the model is of it (0 to 1), and where in the picture its middle is,
    from 0 (left) to 1."""

    text: str
    confidence: float
    middle: float

    @property
    def is_wide(self) -> bool:
        """As broad as high, as Chinese characters are."""
        return unicodedata.east_asian_width(self.text) in "WF"


@dataclass(frozen=True, slots=True)
class Line:
    signs: tuple[Sign, ...]

    @property
    def text(self) -> str:
        return "".join(sign.text for sign in self.signs)

    @property
    def is_wide(self) -> bool:
        return any(sign.is_wide for sign in self.signs)

    @property
    def is_figure(self) -> bool:
        """Whether it is digits, and what stands between and before them."""
        return any(sign.text in DIGITS for sign in self.signs) and all(
            sign.text in FIGURE for sign in self.signs
        )

    def no_surer(self, most: float) -> Line:
        return Line(
            tuple(replace(sign, confidence=min(most, sign.confidence)) for sign in self.signs)
        )

    @property
    def confidence(self) -> float:
        return min((sign.confidence for sign in self.signs), default=0.0)


class Recogniser:
    """Loaded once; it works on one thread, so that a forked process may go on with it."""

    def __init__(self) -> None:
        # As it is imported: otherwise it keeps an id of this machine in the home folder, and is
        # made to send what it does to its makers.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Kept memory would grow to what the longest line ever took.
        options.enable_cpu_mem_arena = True
        options.log_severity_level = 4
        self._session: Any = onnxruntime.InferenceSession(
            str(_folder() / MODEL), options, providers=["CPUExecutionProvider"]
        )
        known = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = ("", *known, " ")

    def read(self, crops: Sequence[Pixels], *, squeezed: float = 1.0) -> list[Line]:
        """`crops`: grey, one line of text each. `squeezed`: the share of its width that is left
        of each, which is quicker and less sure."""
        lines: list[Line] = [Line(())] * len(crops)
        prepared = [_prepared(crop, squeezed) for crop in crops]
        for together in _batches([one.shape[1] for one in prepared]):
            width = _padded(max(prepared[index].shape[1] for index in together))
            batch = np.zeros((len(together), 3, LINE_HEIGHT, width), np.float32)
            for row, index in enumerate(together):
                one = prepared[index]
                batch[row, :, :, : one.shape[1]] = one / np.float32(127.5) - np.float32(1)
            (answer,) = self._session.run(None, {"x": batch})
            for row, index in enumerate(together):
                lines[index] = self._told(answer[row], prepared[index].shape[1])
        return lines

    def _told(self, steps: npt.NDArray[np.float32], width: int) -> Line:
        best = steps.argmax(axis=1)
        sure = steps.max(axis=1)
        signs: list[Sign] = []
        first = 0
        for last in range(1, len(best) + 1):
            if last < len(best) and best[last] == best[first]:
                continue
            if best[first]:
                middle = (first + last) / 2 * STEP / width
                text = self._characters[int(best[first])]
                signs.append(Sign(text, float(sure[first:last].max()), min(middle, 1.0)))
            first = last
        return Line(tuple(signs))


@lru_cache(maxsize=1)
def recogniser() -> Recogniser:
    return Recogniser()


def _folder() -> Path:
    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("rapidocr, which has the models, is not installed")
    return Path(found.origin).parent


def _prepared(crop: Pixels, squeezed: float) -> npt.NDArray[np.float32]:
    height, width = crop.shape
    wide = max(STEP, round(width * LINE_HEIGHT / height * squeezed))
    way = cv2.INTER_AREA if height > LINE_HEIGHT else cv2.INTER_CUBIC
    return cv2.resize(crop, (min(wide, LONGEST), LINE_HEIGHT), interpolation=way).astype(np.float32)


def _padded(width: int) -> int:
    for known in WIDTHS:
        if width <= known:
            return known
    return -(-width // WIDER) * WIDER


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    of_width: dict[int, list[int]] = defaultdict(list)
    for index, width in enumerate(widths):
        of_width[_padded(width)].append(index)
    for width, indices in of_width.items():
        most = max(1, MOST_TOGETHER // width)
        for first in range(0, len(indices), most):
            yield indices[first : first + most]
