"""How many files of a run came out how: the line at its end. Each file counts once."""

from __future__ import annotations

from collections import Counter

from tasks.render.coverage import outcome
from tasks.render.result import Envelope
from workers.cli.language import Said

#: How a file came out, gravest first -> what is said of so many.
_OUTCOMES: dict[str, Said] = {
    "failed": Said("{} 份程序出错", "our program broke on {}"),
    "refused": Said("{} 份无法处理", "{} refused"),
    "error": Said("{} 份有错误", "{} with errors"),
    "poor": Said("{} 份多处未能核对", "{} of which much could not be checked"),
    "warning": Said("{} 份有提示", "{} with warnings"),
    "nothing": Said("{} 份不是年度报告", "{} no annual report"),
    "clean": Said("{} 份未发现问题", "{} with nothing found"),
}
_FILES = Said("{} 份：", "{} files: ")
_BETWEEN = Said("，", ", ")


class Tally:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    @property
    def files(self) -> int:
        return self._counts.total()

    def add(self, envelope: Envelope) -> None:
        self._counts[outcome(envelope)] += 1

    def told(self, language: str) -> str:
        said = [
            words.in_(language).format(self._counts[outcome])
            for outcome, words in _OUTCOMES.items()
            if self._counts[outcome]
        ]
        return _FILES.in_(language).format(self.files) + _BETWEEN.in_(language).join(said)
