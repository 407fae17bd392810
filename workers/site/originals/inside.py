"""What the sandbox is asked for by `originals.py`. Its answers are checked there."""

from __future__ import annotations

from tasks.detect import detect
from tasks.model.document import Format
from tasks.model.refusal import Refusal, RefusalCode
from workers.sandbox.warm import FORMATS
from workers.sandbox.wire import Extract
from workers.site.originals.html import marked_page
from workers.site.originals.pdf import draw_page
from workers.site.originals.picture import draw_picture
from workers.site.originals.place import Way, way_of
from workers.site.originals.text import lines_around


def show(
    source: bytes,
    name: str,
    *,
    format: str,
    page: int = 1,
    path: str | None = None,
    text: str = "",
    exact: bool = False,
    line: int | None = None,
) -> Extract:
    """Raises Refusal, also where the document is in another format than its record says."""
    detection = detect(source, name)
    if detection.format != format:
        raise _replaced()
    match way_of(detection.format):
        case Way.IMAGE if detection.format is Format.IMAGE:
            return draw_picture(source, detection, page)
        case Way.IMAGE:
            return draw_page(source, detection, page)
        case Way.PAGE:
            return marked_page(source, detection, path, text, exact)
        case Way.LINES:
            return lines_around(source, detection, line)
        case Way.TABLES:
            raise AssertionError("its tables are in the envelope")


def warm() -> None:
    """Whatever is loaded at first use."""
    for name, format in (("warm.pdf", "pdf"), ("warm.html", "html"), ("warm.txt", "text")):
        show(FORMATS[name](), name, format=format, path="/html/body/table[1]/tr[1]/td[1]")


def _replaced() -> Refusal:
    return Refusal(
        RefusalCode.UNSUPPORTED_FORMAT,
        "原文件与已有结果的格式不同，可能已被替换。请等待新的结果后再打开。",
        "the document is in another format than its result says: it seems to have been replaced; "
        "open it again once there is a new result",
    )
