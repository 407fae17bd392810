"""All styles of all formats by name, and the one door to rendering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from samples.doc import DOC_STYLES, render_doc
from samples.docx import DOCX_STYLES, render_docx
from samples.html import HTML_STYLES, render_html
from samples.layout import Draft, draft
from samples.odt import ODT_STYLES, render_odt
from samples.ofd import OFD_STYLES, render_ofd
from samples.pdf import PDF_STYLES, render_pdf
from samples.prose import Paper, paper
from samples.report import LogicalReport
from samples.rtf import RTF_STYLES, render_rtf
from samples.style import Style
from samples.text import TEXT_STYLES, render_text
from samples.xls import XLS_STYLES, render_xls
from samples.xlsx import XLSX_STYLES, render_xlsx
from tasks.model.document import Format

#: format -> name -> style
STYLES: dict[Format, dict[str, Style]] = {
    Format.HTML: {**HTML_STYLES},
    Format.PDF: {**PDF_STYLES},
    Format.DOCX: {**DOCX_STYLES},
    Format.TEXT: {**TEXT_STYLES},
    Format.OFD: {**OFD_STYLES},
    Format.ODT: {**ODT_STYLES},
    Format.RTF: {**RTF_STYLES},
    Format.XLSX: {**XLSX_STYLES},
    Format.XLS: {**XLS_STYLES},
    Format.DOC: {**DOC_STYLES},
}

_RENDERERS: dict[Format, Callable[[Paper, Any, int], bytes]] = {
    Format.HTML: render_html,
    Format.PDF: render_pdf,
    Format.DOCX: render_docx,
    Format.TEXT: render_text,
    Format.OFD: render_ofd,
    Format.ODT: render_odt,
    Format.RTF: render_rtf,
    Format.XLSX: render_xlsx,
    Format.XLS: render_xls,
    Format.DOC: render_doc,
}

SUFFIXES = {
    Format.HTML: "html",
    Format.PDF: "pdf",
    Format.DOCX: "docx",
    Format.TEXT: "txt",
    Format.OFD: "ofd",
    Format.ODT: "odt",
    Format.RTF: "rtf",
    Format.XLSX: "xlsx",
    Format.XLS: "xls",
    Format.DOC: "doc",
}


def render(
    source: LogicalReport | Draft | Paper, format: Format, style: str, seed: int = 0
) -> bytes:
    """The document's bytes, the same for the same arguments. `KeyError`: no such style."""
    if isinstance(source, LogicalReport):
        source = draft(source)
    if isinstance(source, Draft):
        source = paper(source)
    return _RENDERERS[format](source, STYLES[format][style], seed)
