"""Mail: the documents attached to a letter, and to a page saved as MHTML.

Headers say names in every way there is: RFC 2231, RFC 2047, or as bytes of no known encoding.

Source: RFC 2046, 5.1; RFC 2183; RFC 2387; RFC 3156 and RFC 8551 for what is encrypted or signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.errors import CloseBoundaryNotFoundDefect
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser

from tasks.detect import attached_to, mhtml
from tasks.detect.encoding import readings, text_of
from tasks.detect.headers import decoded_words, file_name, parameter, value_of
from tasks.model.patterns import regex
from tasks.model.refusal import Refusal
from tasks.unpack import refused
from tasks.unpack.budget import Budget, Taken
from tasks.unpack.names import is_litter

_BODIES = {"text/plain": "正文.txt", "text/html": "正文.html", "application/xhtml+xml": "正文.html"}
_PAGE_BODY = "正文.mht"
_UNNAMED, _UNNAMED_MAIL = "附件", "邮件.eml"
#: What a mail program sends along for itself.
_OF_THE_MAIL = ("message/delivery-status", "message/disposition-notification",
                "text/rfc822-headers", "message/feedback-report")  # fmt: skip
#: How a body shows that it is a report and no letter about one.
_OF_A_REPORT = "政府信息公开"
_TABLE = regex(r"<table[\s>]", re.I)
_ROW = regex(r"^[^\n]*[|\t][^\n]*\d[^\n]*$", re.M)
_LEAST_ROWS = 3
_CID = regex(rb"""cid:([^"'\s>)]+)""", re.I)
#: Of a letter, as far as its subject is looked for.
_HEADERS = 65_536
_UUENCODED = ("x-uuencode", "uuencode", "uue", "x-uue")
_HOW = regex(r"[a-z0-9-]+")
_ENDINGS = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/rtf": ".rtf",
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


class _Part(Message):
    """A part in which a letter stays as it is, like any attachment: taken apart, it could not be
    written as it was."""

    def get_content_maintype(self) -> str:
        kind = super().get_content_maintype()
        return "application" if kind == "message" else kind

    def encoded(self) -> bytes:
        """As it came: `get_payload` replaces bytes that are no ASCII."""
        payload = self._payload  # type: ignore[attr-defined]
        return payload.encode("ascii", "surrogateescape") if isinstance(payload, str) else b""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A part of a mail that holds no others, or a mail within it."""

    part: _Part
    #: Of a `multipart/related` whose root it is not: drawn or used in the body.
    is_beside: bool = False
    #: The mail breaks off in it.
    is_cut: bool = False


def mail(source: bytes, budget: Budget) -> Iterator[Taken]:
    """Raises Refusal before the first one or not at all."""
    page = mhtml.message(source)
    is_page = page is not None and len(page.parts) < mhtml.MOST_PARTS
    taken = _of_page(page) if page and is_page else _of_letter(source)
    budget.expect(len(taken))
    for one in taken:
        yield Taken(name=_base(one.name), content=_counted(one.content, budget))


def _base(name: str) -> str:
    """Some programs tell in which folder of their machine the file was."""
    return re.split(r"[/\\]", name.rstrip("/\\"))[-1]


def _counted(content: bytes | Refusal, budget: Budget) -> bytes | Refusal:
    try:
        return content if isinstance(content, Refusal) else budget.joined([content], len(content))
    except Refusal as refusal:
        return refusal


# A page with documents attached.


def _of_page(page: mhtml.Message) -> list[Taken]:
    """The page first, with all that it is drawn with: its figures may depend on a style sheet."""
    attached = attached_to(page)
    kept = [part for part in page.parts if part not in attached and part is not page.root]
    taken = [Taken(name=_PAGE_BODY, content=mhtml.written([page.root, *kept]))]
    for part in attached:
        name = (
            part.name or part.location.rpartition("/")[2] or _UNNAMED + _ENDINGS.get(part.kind, "")
        )
        taken.append(Taken(name=name, content=part.body()))
    return taken


# A letter.


def _of_letter(source: bytes) -> list[Taken]:
    try:
        letter = BytesParser(_Part).parsebytes(source.lstrip())
        pieces = list(_pieces(letter))
    except RecursionError as error:
        raise refused.too_deep() from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        # `email` promises to raise nothing, and does so in odd corners.
        raise refused.corrupt_mail() from error
    if _is_encrypted(letter):
        raise refused.encrypted_mail()
    bodies = [one for one in pieces if _is_body(one)]
    shown = {cid for one in bodies for cid in _CID.findall(_body_of(one.part))}
    attached = [one for one in pieces if one not in bodies and not _is_drawn(one, shown)]
    taken = [one for piece in attached if (one := _attachment(piece)) and not is_litter(one.name)]
    said = [_body(one) for one in bodies if one.is_cut or _body_of(one.part).strip()]
    if taken:
        said = [one for one in said if _is_report(one)]
    return [*said, *taken]


def _pieces(part: _Part, *, is_beside: bool = False) -> Iterator[_Piece]:
    """The leaves, from the first to the last."""
    if part.get_content_maintype() != "multipart":
        yield _Piece(part=part, is_beside=is_beside)
        return
    if not part.is_multipart():
        # What parts it has cannot be told.
        yield _Piece(part=part, is_cut=True)
        return
    kind = part.get_content_subtype()
    within = [one for one in part.get_payload() if isinstance(one, _Part)]
    if kind == "signed":
        within = within[:1]
    root = _root(part, within) if kind == "related" else None
    is_cut = any(isinstance(one, CloseBoundaryNotFoundDefect) for one in part.defects)
    found = [
        list(_pieces(one, is_beside=is_beside or (root is not None and one is not root)))
        for one in within
    ]
    if is_cut and found:
        found[-1] = [replace(one, is_cut=True) for one in found[-1]]
    if kind == "alternative":
        found = _best_of(found)
    for pieces in found:
        yield from pieces


def _best_of(found: list[list[_Piece]]) -> list[list[_Piece]]:
    """Of a body that is there as a page and as plain text, the page: it keeps its tables."""
    has_page = any(_is_page(one) for pieces in found for one in pieces)
    return [one for one in found if not (has_page and _is_plain(one))]


def _is_page(piece: _Piece) -> bool:
    return _is_body(piece) and piece.part.get_content_type() != "text/plain"


def _is_plain(pieces: list[_Piece]) -> bool:
    return all(_is_body(one) and not _is_page(one) for one in pieces)


def _root(part: _Part, within: list[_Part]) -> _Part | None:
    start = parameter(part, "start").strip("<>")
    named = (one for one in within if start and _id(one) == start)
    return next(named, next(iter(within), None))


def _id(part: Message) -> str:
    return str(part.get("content-id", "")).strip().strip("<>")


def _is_encrypted(letter: Message) -> bool:
    kind = letter.get_content_type()
    return kind == "multipart/encrypted" or (
        kind in ("application/pkcs7-mime", "application/x-pkcs7-mime")
        and "signed" not in parameter(letter, "smime-type").lower()
    )


def _is_body(piece: _Piece) -> bool:
    part = piece.part
    kind = part.get_content_type()
    is_text = kind in _BODIES or (kind in _OF_THE_MAIL)
    return is_text and part.get_content_disposition() != "attachment" and not file_name(part)


def _is_drawn(piece: _Piece, shown: set[bytes]) -> bool:
    """Whether a body shows it, so that it is no document by itself."""
    part = piece.part
    if part.get_content_maintype() in ("image", "audio", "video"):
        is_shown = _id(part).encode("utf-8", "replace") in shown
        return is_shown or (piece.is_beside and part.get_content_disposition() != "attachment")
    return part.get_content_type() == "text/css" and piece.is_beside


def _attachment(piece: _Piece) -> Taken:
    part = piece.part
    content = _body_of(part)
    if part.get_content_type() == "message/rfc822":
        name = file_name(part) or _subject(content)
    else:
        name = file_name(part) or _UNNAMED + _ENDINGS.get(part.get_content_type(), "")
    return Taken(name=name, content=refused.cut_mail() if piece.is_cut else content)


def _subject(letter: bytes) -> str:
    headers = BytesHeaderParser().parsebytes(letter[:_HEADERS].lstrip())
    plain = re.sub(r"[\\/:*?\"<>|\s]+", " ", decoded_words(value_of(headers, "subject"))).strip()
    return f"{plain}.eml" if plain else _UNNAMED_MAIL


# Bodies.


def _body(piece: _Piece) -> Taken:
    """In UTF-8 where its own bytes do not tell their encoding."""
    part = piece.part
    kind = part.get_content_type()
    raw, charset = _body_of(part), parameter(part, "charset")
    name = _BODIES.get(kind, _BODIES["text/plain"])
    if piece.is_cut:
        return Taken(name=name, content=refused.cut_mail())
    told, untold = (readings(raw, one)[0].codec for one in (charset, ""))
    if told != untold and not raw.isascii():
        return Taken(name=name, content=b"\xef\xbb\xbf" + text_of(raw, charset)[0].encode())
    return Taken(name=name, content=raw)


def _is_report(taken: Taken) -> bool:
    """Also where it may be one: what a mail broke off in."""
    if isinstance(taken.content, Refusal):
        return True
    text = text_of(taken.content, "")[0]
    has_table = _TABLE.search(text) or len(_ROW.findall(text)) >= _LEAST_ROWS
    return bool(has_table) and _OF_A_REPORT in re.sub(r"<[^>]*>|\s", "", text)


def _body_of(part: _Part) -> bytes:
    """A part without its transfer encoding, whatever is broken in that."""
    how = _how(part)
    if how in _UUENCODED:
        found = part.get_payload(decode=True)
        return found if isinstance(found, bytes) else b""
    return mhtml.decoded(how, part.encoded())


def _how(part: _Part) -> str:
    said = _HOW.match(str(part.get("content-transfer-encoding", "")).strip().lower())
    return said[0] if said else ""
