"""Pages inside of a page: written into it (`srcdoc`) or sent along with it (MHTML)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from tasks.detect.encoding import text_of
from tasks.detect.mhtml import PAGES, Message, Part, joined
from tasks.model.document import Doubt
from tasks.model.limits import MAX_CHARACTERS, MAX_FRAMES, MAX_FRAMES_WITHIN, MAX_TAGS
from tasks.model.patterns import regex
from tasks.read.html.refused import too_complex

_BASE = regex(r"<base\b[^>]*?\shref\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)


#: What browsers save for a frame whose page they could not load.
_NOT_LOADED = ("chrome-error:", "about:neterror")


@dataclass(slots=True)
class Spent:
    """What the pages of one document have cost so far."""

    frames: int = 0
    characters: int = 0
    tags: int = 0
    cells: int = 0
    #: The parts that were shown.
    shown: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and where the addresses in it lead."""

    text: str
    #: The address that others in it are relative to.
    base: str = ""
    message: Message | None = None
    #: The parts that are shown around it, itself included.
    around: tuple[int, ...] = ()
    depth: int = 0
    spent: Spent = field(default_factory=Spent)
    doubts: tuple[Doubt, ...] = ()

    def sheet(self, address: str) -> str | None:
        """The style sheet at an address, if it was sent along."""
        part = self._part(address)
        if part is None or not part.kind.startswith(("text/css", "text/plain", "application/")):
            return None
        return self._spend(text_of(part.body(), part.charset)[0])

    def frame(self, attributes: Mapping[str, str]) -> Page | None:
        """The page that a frame shows; None where it was not sent."""
        if self.depth >= MAX_FRAMES_WITHIN:
            raise too_complex(
                f"框架嵌套超过 {MAX_FRAMES_WITHIN} 层", f"frames deeper than {MAX_FRAMES_WITHIN}"
            )
        if "srcdoc" in attributes:
            return self._within(attributes["srcdoc"], self.base, self.around, ())
        address = attributes.get("src") or attributes.get("data") or ""
        written = _written(address)
        if written is not None:
            return self._within(written, "", self.around, ())
        part = self._part(address)
        if part is None or part.kind not in PAGES or part.number in self.around:
            return None
        if part.location.startswith(_NOT_LOADED):
            return None
        self.spent.shown.add(part.number)
        text, doubts = text_of(part.body(), part.charset)
        return self._within(text, part.location, (*self.around, part.number), doubts)

    def picture(self, address: str) -> Part | None:
        """The picture at an address, if it was sent along."""
        part = self._part(address)
        return part if part is not None and part.kind.startswith("image/") else None

    def _part(self, address: str) -> Part | None:
        if self.message is None or not address:
            return None
        found = self.message.find(address)
        said = _BASE.search(self.text)
        for base in (said[1] if said else "", self.base):
            found = found or self.message.find(joined(base, address))
        return found

    def _within(
        self, text: str, base: str, around: tuple[int, ...], doubts: tuple[Doubt, ...]
    ) -> Page:
        self.spent.frames += 1
        if self.spent.frames > MAX_FRAMES:
            raise too_complex(f"超过 {MAX_FRAMES} 个框架", f"more than {MAX_FRAMES} frames")
        return Page(
            self._spend(text), base, self.message, around, self.depth + 1, self.spent, doubts
        )

    def _spend(self, text: str) -> str:
        self.spent.characters += len(text)
        self.spent.tags += text.count("<")
        if self.spent.characters > MAX_CHARACTERS or self.spent.tags > MAX_TAGS:
            raise too_complex("框架过多", "its frames are too many")
        return text


def _written(address: str) -> str | None:
    """The page in a `data:` address."""
    head, comma, body = address.partition(",")
    if not comma or not head.strip().lower().startswith("data:text/html"):
        return None
    source = unquote_to_bytes(body)
    if head.lower().endswith(";base64"):
        try:
            source = base64.b64decode(source)
        except binascii.Error:
            return None
    return text_of(source, "")[0]
