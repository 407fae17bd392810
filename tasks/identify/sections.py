"""Document -> the sections of the form that it has, and whether anything is told in them.

What makes a document a report: a table of the form, or its sections and a year's work told in
them. A blank form is the form and nobody's report, whoever shows it: nothing is told in it,
and no title with a name and a year is its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.forms.annual_report import FORM
from tasks.identify.names import voices
from tasks.identify.witnesses import YEAR_TOLD, document_lines
from tasks.model.document import Document
from tasks.model.patterns import regex
from tasks.model.report import Kind, Value
from tasks.says.labels import key, without_remark

_TITLES = {key(title): edition.table for edition in FORM.editions for title in edition.titles}
_OTHERS = {key(title) for title in FORM.other_sections}
#: As few sections make a report of a document with a title of the form.
_FEWEST = 3
#: Without a title, sections that only this form has must be among them: 总体情况 stands in others.
_FEWEST_OF_TABLES = 2
_LONGEST_HEADING = 60
#: What a heading ends with where the text goes on behind it.
_ENDS = regex(r"[。:\s]")
#: Lines in which a notice says what it is and to whom it goes.
_HEAD = 15
_NOTICE = regex(
    r"关于.{2,80}(?:通知|函|方案|意见|说明|解读)$"
    r"|^.{8,80}(?:通知|解读|指南|格式|模板|样式|范本|说明)[)》”]?$"
    r"|^各.{2,80}:$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    #: Headings of sections with a table, and of the others.
    of_tables: int
    others: int
    #: A sentence speaks of a year, or of 我局.
    told: bool
    #: It says at its head that it is a notice, a template or instructions.
    is_notice: bool

    def make_report(self, *, titled: bool) -> bool:
        """Whether a document without tables is a report all the same."""
        if self.of_tables + self.others < _FEWEST:
            return False
        if self.is_notice and not (titled and self.told):
            return False
        return titled or (self.of_tables >= _FEWEST_OF_TABLES and self.told)


def sections_of(document: Document) -> Sections:
    lines = document_lines(document)
    said = {heading for line in lines for heading in _headings(line)}
    return Sections(
        of_tables=len({_TITLES[heading] for heading in said if heading in _TITLES}),
        others=len(said & _OTHERS),
        told=any(_tells(line) for line in lines),
        is_notice=any(_NOTICE.search(line) for line in lines[:_HEAD]),
    )


def _headings(line: str) -> set[str]:
    """What a line may be a heading of, with a remark or the text itself behind it."""
    first = _ENDS.split(line, maxsplit=1)[0]
    short = (text for text in (line, without_remark(line), first) if len(text) < _LONGEST_HEADING)
    return {key(text) for text in short if text}


def _tells(line: str) -> bool:
    return "。" in line and bool(YEAR_TOLD.search(line) or voices(line))


def holds_nothing(values: Sequence[Value]) -> bool:
    """Whether nothing at all stands in the cells of the form, as far as they are there."""
    nothing = (Kind.BLANK, Kind.ABSENT, Kind.UNREADABLE)
    return all(value.kind in nothing and not value.raw.strip() for value in values)


def seen_blank(values: Sequence[Value]) -> bool:
    return all(value.kind in (Kind.BLANK, Kind.ABSENT) for value in values)
