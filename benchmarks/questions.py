"""How often recognising asks: texts for the label that they say, tables for their figures.

What a redesign should lower; the same in every run, whatever was remembered of other documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final

from benchmarks.steps import Step, in_place_of
from tasks.flow import conclude
from tasks.model.document import Document

#: What is asked which label a text says -> the texts, of its arguments.
LABEL_QUESTIONS: Final[dict[str, Callable[..., tuple[str, ...]]]] = {
    "tasks.says.labels:Labels.match": lambda labels, text: (text,),
}
#: What reads the figures of a table of the form, whose id is the first argument.
READS_TABLE: Final = "tasks.recognise.values:read_table"


@dataclass(slots=True)
class Questions:
    """Of one document, or of several."""

    #: How often anything was asked for its label, answers from memory included.
    labels: int = 0
    #: The different texts among them.
    texts: set[str] = field(default_factory=set)
    #: Table of the form -> how often it was read.
    tables: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        read = ", ".join(f"{table} {n}" for table, n in self.tables.items()) or "none"
        return (
            f"{self.labels:,} label questions, of {len(self.texts):,} different texts;"
            f" tables read: {read}"
        )


@contextmanager
def counted() -> Iterator[Questions]:
    """Counts what is asked meanwhile. Raises `UnknownStep`."""
    asked = Questions()

    def of_texts(texts_of: Callable[..., tuple[str, ...]]) -> Callable[..., None]:
        def note(*arguments: Any) -> None:
            asked.labels += 1
            asked.texts.update(texts_of(*arguments))

        return note

    def of_table(table: str, *_: Any) -> None:
        asked.tables[table] += 1

    with ExitStack() as stack:
        for address, texts_of in LABEL_QUESTIONS.items():
            stack.enter_context(in_place_of(address, _noting(of_texts(texts_of))))
        stack.enter_context(in_place_of(READS_TABLE, _noting(of_table)))
        yield asked


def _noting(note: Callable[..., None]) -> Callable[[Step], Step]:
    """The step itself, each call of it noted with its arguments."""

    def make(step: Step) -> Step:
        @wraps(step)
        def noted(*arguments: Any) -> Any:
            note(*arguments)
            return step(*arguments)

        return noted

    return make


def questions_of(document: Document) -> Questions:
    """What is asked of a document in all rooms after reading. Raises `Refusal`."""
    with counted() as asked:
        conclude(document)
    return asked
