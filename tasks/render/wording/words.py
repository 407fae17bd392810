"""How sayings become words: templates, and what may stand in their braces.

{n}                a figure or a text, as it is
{n:cell}           counted, in English: 1 cell, 3 cells
{table}            表三, requests
{table:title}      the heading of its section
{lines}            the names of rows or columns; of very many the first, and how many they are
{lines:quoted}     the same in quotes, without how many they are
{lines:counted}    3 栏, 3 columns
{lines:axis}       行 or 栏, row or column
{lines:table}      表三, requests
{parts:sum}        一、本年新收 12 + 二、上年结转 0 = 12
{totals:should}    what each of them should be
{relation}         一 + 二 = 三（七） + 四
{figure}           a figure by a name of its own: 本年新收申请
{why}              another saying, or several
{files:files}, {short:rows}, {seen:seen}   names of files, numbers of rows, texts of cells
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from string import Formatter
from typing import Any, NamedTuple

from tasks.forms.annual_report import FORM
from tasks.model.saying import FigureOf, LinesOf, RelationOf, Saying, TableOf, TermsOf
from tasks.render.names import names, table_name


class Words(NamedTuple):
    """One sentence, or a part of one, in both languages."""

    zh: str
    en: str


#: Names, files and rows beyond these are not told one by one.
_MOST_NAMED = 6
_MOST_FILES = 3
_MOST_ROWS = 5
#: Characters; a longer sum is not written out.
_LONGEST_SUM = {"zh": 72, "en": 160}
_LONGEST_SEEN = 120

_JOINT = Words("；", "; ")
_AND = Words("、", ", ")
_ETC = Words("等", " …")
_AXES = {"row": Words("行", "row"), "column": Words("栏", "column")}
_COUNTED = {"row": Words("{n} 行", "{n:row}"), "column": Words("{n} 栏", "{n:column}")}
_MORE_LINES = Words("等 {n} 行", " … ({n} in all)")
_ROWS = Words("{some} 行", "{some}")
_MORE_FILES = Words("等 {n} 份", " … ({n} in all)")
#: In English labels have commas in them, and so are quoted wherever several stand together.
_LISTED = Words("{name}", "“{name}”")
_TERM = Words("{name} {amount}", "“{name}” {amount}")
_SHOULD = Words("“{name}”应为 {amount}", "“{name}” should be {amount}")
_IN_ALL = Words("各项合计 {total}", "all items together are {total}")
_NOTHING_SEEN = Words("（空）", "(blank)")


class Speaker(Formatter):
    """Says sayings in one language."""

    def __init__(
        self, language: str, wording: Mapping[str, Words], figures: Mapping[str, Words]
    ) -> None:
        self._language = language
        self._wording = wording
        self._figures = figures

    def told(self, says: Iterable[Saying]) -> str:
        return self._in(_JOINT).join(map(self._said, says))

    def _said(self, saying: Saying) -> str:
        return self._put(self._wording[saying.id], **dict(saying.about))

    def _put(self, words: Words, /, **about: object) -> str:
        return self.vformat(self._in(words), (), about)

    def _in(self, words: Words) -> str:
        return str(getattr(words, self._language))

    def format_field(self, value: Any, format_spec: str) -> str:
        """What stands for one pair of braces."""
        match value:
            case TableOf():
                return self._table(value, format_spec)
            case LinesOf():
                return self._lines(value, format_spec)
            case TermsOf():
                return self._terms(value, format_spec)
            case RelationOf():
                edition = FORM.edition(value.table, value.edition)
                [relation] = [one for one in edition.relations if one.rule == value.rule]
                return self._in(Words(relation.formula, relation.formula_en))
            case FigureOf():
                return self._in(self._figures[value.id])
            case Saying():
                return self._said(value)
            case tuple():
                return self._several(value, format_spec)
            case int() if format_spec.isalpha():
                return f"{value} {format_spec}{'' if value == 1 else 's'}"
            case _:
                return str(super().format_field(value, format_spec))

    def _table(self, of: TableOf, how: str) -> str:
        if how == "title" and self._language == "zh":
            return FORM.of(of.table)[0].titles[0]
        return table_name(of.table, self._language)

    def _lines(self, lines: LinesOf, how: str) -> str:
        named = self._names(lines)
        told, n = [named[id] for id in lines.ids], len(lines.ids)
        match how:
            case "":
                if n > 1:
                    told = [self._put(_LISTED, name=one) for one in told]
                return self._listed(told, _MOST_NAMED, _MORE_LINES)
            case "quoted":
                return self._listed([f"“{one}”" for one in told], _MOST_NAMED, _ETC)
            case "counted":
                return self._put(_COUNTED[lines.axis], n=n)
            case "axis":
                return self._in(_AXES[lines.axis])
            case "table":
                return table_name(lines.table, self._language)
            case _:
                raise ValueError(f"lines are not told so: {how}")

    def _terms(self, terms: TermsOf, how: str) -> str:
        match how:
            case "sum":
                return self._sum(terms)
            case "should":
                return self._should(terms)
            case "table":
                return table_name(terms.table, self._language)
            case _:
                raise ValueError(f"terms are not told so: {how}")

    def _sum(self, terms: TermsOf) -> str:
        named = self._names(terms)
        # what is 0 says nothing among many
        shown = [(id, n) for id, n in terms.amounts if n or len(terms.amounts) <= 2]
        total = sum((n for _, n in terms.amounts), start=0)
        said = " + ".join(self._put(_TERM, name=named[id], amount=n) for id, n in shown)
        said += f" = {total}" if len(shown) > 1 else ""
        if not shown or len(said) > _LONGEST_SUM[self._language]:
            return self._put(_IN_ALL, total=total)
        return said

    def _should(self, terms: TermsOf) -> str:
        named = self._names(terms)
        told = [self._put(_SHOULD, name=named[id], amount=n) for id, n in terms.amounts]
        more = self._in(_ETC) if len(told) > _MOST_NAMED else ""
        return self._in(_JOINT).join(told[:_MOST_NAMED]) + more

    def _several(self, values: tuple[Any, ...], how: str) -> str:
        match how:
            case "":
                return self.told(values)
            case "files":
                return self._listed(values, _MOST_FILES, _MORE_FILES)
            case "rows":
                some = self._in(_AND).join(map(str, values[:_MOST_ROWS]))
                more = self._in(_ETC) if len(values) > _MOST_ROWS else ""
                return self._put(_ROWS, some=some) + more
            case "seen":
                seen = [one or self._in(_NOTHING_SEEN) for one in values]
                return _shortened(self._in(_JOINT).join(seen))
            case _:
                raise ValueError(f"several are not told so: {how}")

    def _listed(self, told: Sequence[str], most: int, more: Words) -> str:
        """The first few, and that there are more."""
        said = self._in(_AND).join(told[:most])
        return said + (self._put(more, n=len(told)) if len(told) > most else "")

    def _names(self, of: LinesOf | TermsOf) -> Mapping[str, str]:
        rows, columns = names(of.table, of.edition, self._language)
        return rows if of.axis == "row" else columns


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SEEN else text[:_LONGEST_SEEN] + "…"
