"""What is read: one report of seven pages in many formats, and documents that grow.

The prose differs from one seed to the next, as that of two organs does, so that no program has
seen a line of it when it comes to a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Final

from pypdfium2 import PdfDocument

from samples.hard.programs import BROWSER, OFFICE, converted_by_office, printed_by_browser
from samples.layout import LogicalCell, draft, made
from samples.prose import Paper, Part, Passage, paper
from samples.report import make_report
from samples.styles import SUFFIXES, render
from tasks.model.document import Format

#: A paper and a seed -> the document's bytes. Raises `CalledProcessError`, `TimeoutExpired`.
Draw = Callable[[Paper, int], bytes]

# --- what is written ------------------------------------------------------------------------

#: Paragraphs that make a report's pages seven where `samples.pdf` draws them.
_PARAGRAPHS = 24
_SENTENCES = 6
_WHO = ("各科室", "办公室", "各镇街", "分管领导", "信息中心", "法制机构", "各下属单位", "档案室")
_HOW = ("认真", "及时", "定期", "逐项", "按季度", "会同有关部门", "依规", "统筹", "进一步", "分批")
_DID = ("梳理", "修订", "开展", "完善", "推进", "落实", "印发", "汇总", "检查", "公示", "优化")
_WHAT = (
    "栏目设置", "工作台账", "政策解读", "业务培训", "目录编制", "保密审查", "网站适老化改造",
    "便民热线", "窗口服务", "图解材料", "新闻发布", "考核办法", "民生实事", "会议纪要", "规划方案",
)  # fmt: skip


def _sentence(random: Random) -> str:
    did = f"{random.choice(_WHO)}{random.choice(_HOW)}{random.choice(_DID)}{random.choice(_WHAT)}"
    return f"{did}{random.randint(2, 900)}项，涉及{random.choice(_WHAT)}{random.randint(2, 90)}处"


def _paragraph(random: Random) -> Passage:
    return Passage(kind="body", text="；".join(_sentence(random) for _ in range(_SENTENCES)) + "。")


def _short(seed: int) -> Paper:
    """A report of four pages: always the whole form, so that one takes as long as another."""
    editions = {"disclosure": "2021", "requests": "2021"}
    whole = make_report(seed, year=2024, editions=editions, zero_share=0.5, procurement=True)
    return paper(draft(whole))


def report(seed: int) -> Paper:
    """A report of seven pages."""
    short = _short(seed)
    random = Random(f"long {seed}")
    more = [_paragraph(random) for _ in range(_PARAGRAPHS)]
    at = next(at for at, part in enumerate(short.parts) if _is_heading(part)) + 1
    return replace(short, parts=(*short.parts[:at], *more, *short.parts[at:]))


def _is_heading(part: Part) -> bool:
    return isinstance(part, Passage) and part.kind == "heading"


# --- what grows -----------------------------------------------------------------------------

_LIST_HEADS = ("序号", "名称", "文号", "数量", "责任单位")
_LIST_ROWS = 24


def reports(count: int, seed: int = 0) -> Paper:
    """So many reports in one document, as a county binds them."""
    papers = [_short(seed + at) for at in range(count)]
    return replace(papers[0], parts=tuple(part for one in papers for part in one.parts))


def lists(count: int, seed: int = 0) -> Paper:
    """So many chapters of about a page, a list and some prose; no report."""
    random = Random(f"lists {seed}")
    chapters = [part for at in range(count) for part in _chapter(at + 1, random)]
    title = Passage(kind="title", text="砚溪区政务公开材料汇编")
    return Paper(title=title.text, organ="砚溪区办公室", year=2024, parts=(title, *chapters))


def _chapter(number: int, random: Random) -> Iterator[Part]:
    yield Passage(kind="heading", text=f"附件{number}：{random.choice(_WHAT)}清单")
    yield _paragraph(random)
    yield made(f"list {number}", _list_cells(random))


def _list_cells(random: Random) -> Iterator[LogicalCell]:
    for column, head in enumerate(_LIST_HEADS):
        yield LogicalCell(text=head, row=0, column=column, role="header")
    for row in range(1, _LIST_ROWS + 1):
        texts = (
            str(row),
            f"{random.choice(_WHAT)}{random.choice(_HOW)}{random.choice(_DID)}方案",
            f"砚办〔{random.randint(2015, 2024)}〕{random.randint(1, 400)}号",
            str(random.randint(0, 9000)),
            random.choice(_WHO),
        )
        for column, text in enumerate(texts):
            yield LogicalCell(text=text, row=row, column=column)


# --- how it is drawn ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A way of writing a report."""

    name: str
    #: For people.
    says: str
    format: Format
    draw: Draw
    #: The program that draws it, "" where none is needed.
    needs: str = ""

    @property
    def suffix(self) -> str:
        return SUFFIXES[self.format]


def _styled(format: Format, style: str) -> Draw:
    return lambda written, seed: render(written, format, style, seed)


def _printed(style: str) -> Draw:
    return lambda written, seed: printed_by_browser(render(written, Format.HTML, style, seed))


def _converted(style: str) -> Draw:
    def draw(written: Paper, seed: int) -> bytes:
        return converted_by_office(render(written, Format.DOCX, style, seed), "docx", "pdf")

    return draw


_html, _docx, _text, _pdf = (
    partial(_styled, format) for format in (Format.HTML, Format.DOCX, Format.TEXT, Format.PDF)
)
_ofd, _xlsx, _xls, _odt, _rtf, _doc = (
    partial(_styled, format)
    for format in (Format.OFD, Format.XLSX, Format.XLS, Format.ODT, Format.RTF, Format.DOC)
)


def _kind(format: Format, name: str, says: str, draw: Draw, needs: str = "") -> Kind:
    return Kind(name=name, says=says, format=format, draw=draw, needs=needs)


KINDS: Final[tuple[Kind, ...]] = (
    _kind(Format.HTML, "html plain", "HTML, a plain page", _html("plain")),
    _kind(Format.HTML, "html portal", "HTML, a portal's page", _html("cms")),
    _kind(Format.HTML, "html wps", "HTML by WPS", _html("wps")),
    _kind(Format.DOCX, "docx plain", "DOCX, plain", _docx("plain")),
    _kind(Format.DOCX, "docx wps", "DOCX by WPS", _docx("wps")),
    _kind(Format.TEXT, "text tabs", "text, rows with tabs", _text("tab_rows")),
    _kind(Format.TEXT, "text lines", "text, a cell a line", _text("cell_a_line")),
    _kind(Format.PDF, "pdf browser", "PDF by Chromium", _printed("cms"), BROWSER),
    _kind(Format.PDF, "pdf office", "PDF by LibreOffice", _converted("wps"), OFFICE),
    _kind(Format.PDF, "pdf lines", "PDF by ReportLab, lines drawn", _pdf("ruled")),
    _kind(Format.OFD, "ofd objects", "OFD, each text an object", _ofd("ruled")),
    _kind(Format.OFD, "ofd runs", "OFD, equal distances told as runs", _ofd("runs")),
    _kind(Format.XLSX, "xlsx one", "XLSX, all on one sheet", _xlsx("one_sheet")),
    _kind(Format.XLSX, "xlsx sheets", "XLSX, a sheet for each table", _xlsx("sheets")),
    _kind(Format.XLS, "xls one", "XLS, all on one sheet", _xls("one_sheet")),
    _kind(Format.ODT, "odt plain", "ODT, plain", _odt("plain")),
    _kind(Format.RTF, "rtf plain", "RTF, plain", _rtf("plain")),
    _kind(Format.DOC, "doc plain", "DOC, plain", _doc("plain")),
)

#: Those that documents grow in: one a format, drawn without other programs.
GROWING: Final = tuple(
    kind for kind in KINDS if kind.name in ("html plain", "docx plain", "text tabs", "pdf lines")
)


#: The most pages that a PDF may have; more are refused.
MOST_PAGES = 500


def pdf_of(pages: int) -> bytes:
    """A PDF with a report in it and then lists and prose, of so many pages or a few less."""
    count = pages
    while True:
        volume = replace(report(0), parts=(*report(0).parts, *lists(count).parts))
        body = render(volume, Format.PDF, "ruled", 0)
        with closing(PdfDocument(body)) as pdf:
            found = len(pdf)
        if found <= pages or count <= 1:
            return body
        count = count * pages // found if count * pages // found < count else count - 1
