"""Files whose pages are not the document: what the reader of pages sees is a note that says so.

A dynamic XFA form holds its content as XML, which few programs show; its one page asks to
wait for it. A portfolio is a folder of files with a page in front. Neither page is a report,
and where it says nothing at all the file must not pass for an empty one.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from pdfminer.pdftypes import resolve1

from tasks.model.document import Doubt, DoubtKind
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.saying import say
from tasks.read.pdf.marks import doubt

#: A page in front says less than this many characters, and a report without tables that are
#: seen as such says more than the other.
FRONT = 800
LONG_FRONT = 1500
#: What the page of a dynamic form says, also where it was printed and nothing else is left;
#: all of one line, without blanks.
WAITING = (
    ("Pleasewait", "eventuallyreplaced"),
    ("Pleasewait", "maynotbeabletodisplay"),
    ("请稍候", "Reader"),
    ("请稍等", "Reader"),
    ("請稍候", "Reader"),
)


class Shell(Enum):
    """What a file is besides its pages."""

    NONE = "none"
    #: A form in XML, drawn by the program that opens it.
    DYNAMIC_FORM = "dynamic form"
    #: A form in XML whose pages are drawn as well.
    FORM = "form"
    PORTFOLIO = "portfolio"


def catalog_to_shell(catalog: Any) -> Shell:
    """Source: ISO 32000-1, 7.7.2, 12.3.5 (collections), 12.7.8 (XFA)."""
    if not isinstance(catalog, dict):
        return Shell.NONE
    if isinstance(resolve1(catalog.get("Collection")), dict):
        return Shell.PORTFOLIO
    form = resolve1(catalog.get("AcroForm"))
    if not isinstance(form, dict) or not resolve1(form.get("XFA")):
        return Shell.NONE
    dynamic = resolve1(catalog.get("NeedsRendering")) is True
    return Shell.DYNAMIC_FORM if dynamic else Shell.FORM


def refuse_shell(shell: Shell, text: str, *, has_tables: bool) -> None:
    """Raises Refusal `unsupported_format` where the pages are only what stands in front.

    `text`: all that is seen on them, without blanks.
    """
    short = len(text) < FRONT
    if shell is Shell.PORTFOLIO and (short or not has_tables):
        raise Refusal(
            RefusalCode.UNSUPPORTED_FORMAT,
            "PDF是文件包（作品集），年度报告在其中的附件里，封面页不是报告。请取出附件后单独上传。",
            "the PDF is a portfolio: the report is one of the files in it, and its page is only "
            "a cover. Take the file out and send it by itself",
        )
    front = (
        (shell is Shell.DYNAMIC_FORM and (short or not has_tables))
        or (shell is Shell.FORM and len(text) < LONG_FRONT and not has_tables)
        or (len(text) < LONG_FRONT and any(all(w in text for w in said) for said in WAITING))
    )
    if front:
        raise Refusal(
            RefusalCode.UNSUPPORTED_FORMAT,
            "PDF是XFA动态表单，页面上只有“请稍候”之类的提示，没有报告内容。"
            "请用Adobe Reader打开后打印为PDF，或上传原始文档。",
            "the PDF is a dynamic XFA form: its page only asks to wait, and the content is not "
            "on it. Open it in Adobe Reader and print it to a PDF, or send the original document",
        )


def shell_to_doubts(shell: Shell) -> tuple[Doubt, ...]:
    """What has to be said where the pages were read all the same."""
    match shell:
        case Shell.PORTFOLIO:
            return (doubt(DoubtKind.TRUNCATED, say("pdf.portfolio")),)
        case Shell.DYNAMIC_FORM:
            return (doubt(DoubtKind.TRUNCATED, say("pdf.dynamic_form")),)
        case _:
            return ()
