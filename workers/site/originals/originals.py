"""Who is asked for originals: one document at a time in the sandbox, drawn pages kept."""

from __future__ import annotations

import struct
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeVar

import structlog

from tasks.jobs import Broke, Lost
from tasks.model.document import Format
from workers.sandbox.client import Enclosure
from workers.sandbox.confine import Limits
from workers.sandbox.wire import Check, Extract, Garbage
from workers.site.originals.place import Place
from workers.site.originals.shown import (
    LONGEST_SIDE,
    MOST_CHARACTERS,
    MOST_LINES,
    MOST_PIXELS,
    Line,
    Lines,
    PageImage,
)

#: A page takes a tenth of a second; a person who waits for one does not wait long.
LIMITS = Limits(memory_mib=512, cpu_seconds=15, wall_seconds=20)
#: Who waits while another's document is shown.
MOST_WAITING = 8
#: Of drawn pages that are kept: some hundred.
KEPT_BYTES = 48 * 2**20
MOST_BYTES_OF_PNG = 32 * 2**20
MOST_BYTES_OF_PAGE = 64 * 2**20
#: Longer than any side of a page of a PDF that one could read.
_LONGEST_POINTS = 10**7
_PNG = b"\x89PNG\r\n\x1a\n"

A = TypeVar("A")

log = structlog.get_logger("gouji")


class NotShown(Exception):
    """What was asked for is not shown; the messages say why and what to do."""

    def __init__(self, message: str, message_en: str) -> None:
        super().__init__(message_en)
        self.message = message
        self.message_en = message_en


class NoSuchPage(NotShown):
    def __init__(self, number: int, pages: int) -> None:
        super().__init__(
            f"没有第 {number} 页：该文件共 {pages} 页。请选择 1 至 {pages} 页。",
            f"There is no page {number}: the document has {pages}. Choose one from 1 to {pages}.",
        )
        self.pages = pages


class Busy(NotShown):
    def __init__(self) -> None:
        super().__init__(
            "正在显示的原文件过多，请几秒钟后重试。",
            "Too many originals are being opened; try again in a few seconds.",
        )


class Broken(NotShown):
    """Our program broke on it, or its process was ended from outside, twice."""

    def __init__(self) -> None:
        super().__init__(
            "显示原文件时程序出错，已记入日志；请下载原件查看。",
            "Our program broke on showing the original, which is in the log; download it instead.",
        )


class Originals:
    """For one process of the site; its methods may be called from many threads, and block.

    Each raises `NotShown`, Refusal (what the document is or did: `encrypted`, `corrupt`,
    `timeout`, `out_of_memory`, `crashed`, `too_complex`, …), and Unavailable.
    """

    def __init__(
        self,
        *,
        limits: Limits = LIMITS,
        most_waiting: int = MOST_WAITING,
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        self._enclosure = Enclosure(
            limits,
            examine="workers.site.originals.inside:show",
            warm="workers.site.originals.inside:warm",
        )
        self._kept = _Kept(kept_bytes)
        self._most_waiting = most_waiting
        self._waiting = 0
        self._count = threading.Lock()
        self._turn = threading.Lock()

    def begin(self) -> None:
        """Start the process and don't wait for it; the first who asks does otherwise."""
        self._enclosure.begin()

    def close(self) -> None:
        self._enclosure.close()

    def page_image(
        self,
        content: str,
        name: str,
        number: int,
        fetch: Callable[[], bytes],
        format: Format = Format.PDF,
    ) -> PageImage:
        """A page of a PDF or of a picture, from 1. `content`: what no other bytes are called.
        `fetch` gives them where it must be drawn, and is called while others wait: one document
        at a time is in memory."""
        key = (content, number)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        with self._in_turn():
            # Another may have asked for it in the meantime.
            kept = self._kept.get(key)
            if kept is not None:
                return kept
            drawn = self._ask(_image_of, fetch(), name, format, page=number)
            if isinstance(drawn, int):
                raise NoSuchPage(number, drawn)
            self._kept.put(key, drawn)
        return drawn

    def marked_page(self, fetch: Callable[[], bytes], name: str, place: Place) -> bytes:
        """A web page in UTF-8, harmless, `#gouji-cell` at the cell. Send it with
        `PAGE_HEADERS`. `fetch`: as of `page_image`."""
        with self._in_turn():
            return self._ask(
                _page_of,
                fetch(),
                name,
                Format.HTML,
                path=place.where.path,
                text=place.text,
                exact=place.exact,
            )

    def lines(self, fetch: Callable[[], bytes], name: str, place: Place) -> Lines:
        """Lines of a text around those of the place. `fetch`: as of `page_image`."""
        first, last = place.where.lines or (1, 0)
        marked = range(first, last + 1) if place.exact else range(0)

        def lines_of(extract: Extract) -> Lines:
            return _lines_of(extract, marked)

        with self._in_turn():
            return self._ask(lines_of, fetch(), name, Format.TEXT, line=first)

    def _ask(
        self,
        check: Check[A],
        body: bytes,
        name: str,
        format: Format,
        **wish: str | int | None,
    ) -> A:
        try:
            return self._enclosure.ask(check, body, name, format=str(format), **wish)
        except (Broke, Lost) as error:
            log.exception("original.broke", format=str(format))
            raise Broken from error

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Raises Busy where too many wait already."""
        with self._count:
            if self._waiting > self._most_waiting:
                raise Busy
            self._waiting += 1
        try:
            with self._turn:
                yield
        finally:
            with self._count:
                self._waiting -= 1


class _Kept:
    """Drawn pages, the least lately used ones dropped."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._pages: OrderedDict[tuple[str, int], PageImage] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[str, int]) -> PageImage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[str, int], page: PageImage) -> None:
        with self._lock:
            if key in self._pages:
                return
            self._pages[key] = page
            self._bytes += len(page.png)
            while self._bytes > self._most_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped.png)


# --- what comes out of the sandbox ---------------------------------------------------------


def _image_of(extract: Extract) -> PageImage | int:
    """The page; the number of pages where it is none of them. Raises Garbage."""
    pages = _whole(extract.facts, "pages")
    if not extract.attached:
        return pages
    _check_png(extract.attached)
    return PageImage(
        png=extract.attached,
        width=_length(extract.facts, "width"),
        height=_length(extract.facts, "height"),
        pages=pages,
    )


def _check_png(png: bytes) -> None:
    """A browser decodes it, and must not be asked for more memory than a page takes."""
    if len(png) > MOST_BYTES_OF_PNG or png[:8] != _PNG or png[12:16] != b"IHDR" or len(png) < 33:
        raise Garbage("no picture of a page")
    width, height = struct.unpack("!II", png[16:24])
    # Both sides are rounded up.
    most = MOST_PIXELS + width + height
    if not 0 < max(width, height) <= LONGEST_SIDE + 1 or width * height > most:
        raise Garbage(f"a picture of {width} by {height}")


def _page_of(extract: Extract) -> bytes:
    if not extract.attached or len(extract.attached) > MOST_BYTES_OF_PAGE:
        raise Garbage(f"a page of {len(extract.attached)} bytes")
    return extract.attached


def _lines_of(extract: Extract, marked: range) -> Lines:
    first, total = _whole(extract.facts, "first"), _whole(extract.facts, "total")
    texts = extract.facts.get("lines")
    if not isinstance(texts, list) or len(texts) > MOST_LINES:
        raise Garbage("no lines")
    if not all(isinstance(text, str) and len(text) <= MOST_CHARACTERS for text in texts):
        raise Garbage("a line that is none")
    return Lines(
        lines=tuple(
            Line(number=number, text=text, is_marked=number in marked)
            for number, text in enumerate(texts, first)
        ),
        total=total,
    )


def _whole(facts: dict[str, Any], name: str) -> int:
    said = facts.get(name)
    if not isinstance(said, int) or not 0 <= said <= 2**31:
        raise Garbage(f"{name} is no number")
    return said


def _length(facts: dict[str, Any], name: str) -> float:
    said = facts.get(name)
    if not isinstance(said, int | float | Decimal) or not 0 < said <= _LONGEST_POINTS:
        raise Garbage(f"{name} is no length")
    return float(said)
