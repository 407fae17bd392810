"""How often recognising asks can be told, and is the same however often it is told."""

from __future__ import annotations

import pytest

from benchmarks.questions import questions_of
from benchmarks.vector import QUESTIONED, known, main
from tasks.detect import detect
from tasks.forms.annual_report import FORM
from tasks.model.document import Document, Format, Paragraph
from tasks.read import read
from tasks.says.labels import Labels, key
from tasks.says.vocabulary import words


def document(name: str) -> Document:
    body = known()[name].body()
    return read(body, detect(body, name))


@pytest.mark.parametrize("name", QUESTIONED)
def test_every_question_is_counted_and_the_same_when_asked_again(name: str) -> None:
    first, again = (questions_of(document(name)) for _ in range(2))
    assert first == again
    assert set(first.tables) == set(FORM.tables)
    assert first.labels >= len(first.texts) > 0


@pytest.mark.parametrize(("name", "most"), [*zip(QUESTIONED, (400, 1_500), strict=True)])
def test_a_text_is_looked_up_once_and_a_table_is_read_once(name: str, most: int) -> None:
    """A text is held against the labels once, whoever asks what it says; before, 2,700 times in
    a plain page and 16,000 in a PDF without lines, whose tables were read four times."""
    asked = questions_of(document(name))
    assert len(asked.texts) <= most
    said = key(max(asked.texts, key=len))
    assert words().near(said) is words().near(said)
    assert asked.tables == dict.fromkeys(FORM.tables, 1)


def test_of_what_says_nothing_little_is_asked() -> None:
    note = Document(format=Format.TEXT, blocks=(Paragraph(text="散会"),))
    asked = questions_of(note)
    assert not asked.tables
    assert asked.labels < questions_of(document(QUESTIONED[0])).labels / 10


def test_nothing_is_left_in_place_of_what_is_counted() -> None:
    before = Labels.match
    questions_of(document(QUESTIONED[0]))
    assert Labels.match is before


def test_the_command_tells_both_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["questions"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in told] == [*QUESTIONED]
    assert all("label questions" in line and "requests" in line for line in told)
