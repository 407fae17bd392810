"""Which format some bytes are in: the first step of the flow.

By content and never by name: pages are saved as `.doc`, letters named `.pdf`. Known beginnings
first, then what has a table of contents, then text: its encoding, then whether it is a page.
What is recognised but has no reader is refused by its right name. A zip that is no package, 7z,
RAR and mails are formats too, though no documents: those are their members (`tasks/unpack`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from tasks.detect.encoding import (
    NOISE,
    NOISE_BY_NAME,
    Reading,
    byte_order_mark,
    declared_encoding,
    readings,
)
from tasks.detect.litter import litter
from tasks.detect.mhtml import Message, Part, is_mime, message
from tasks.detect.packages import OLE_MAGIC, ZIP_MAGICS, Members, ole_names, zip_members
from tasks.detect.signatures import (
    ARCHIVES,
    BINARY,
    CONTENT_TYPES,
    EXECUTABLE,
    MEMBERS,
    MIMETYPES,
    ODT_MIMETYPES,
    OLE,
    PICTURES,
    SIGNATURES,
    STREAMS,
    WORD_STREAM,
    XML_MARKS,
    Kind,
)
from tasks.model.document import Detection, Format
from tasks.model.limits import MAX_MEMBERS
from tasks.model.patterns import regex
from tasks.model.refusal import Refusal, RefusalCode

_PDF = regex(rb"%PDF-\d\.\d")
_PDF_OBJECT = regex(rb"\d+ \d+ obj\b")
#: How far from the beginning a PDF may begin: mail gateways and scripts put lines before it.
_PDF_WITHIN = 4_096
_RTF = regex(rb"(?:\xef\xbb\xbf)?[ \t\r\n\x00]{0,64}(?P<group>\{\\rtf)")
_HTTP_HEADERS = regex(rb"HTTP/\d(?:\.\d)? \d{3}[^\n]*\n(?:[^\r\n]+\r?\n)+\r?\n")
_POSTED = regex(rb"(?im)\A\s*(?:return-path|received|delivered-to|x-[a-z-]+):[^\n]*\n")

#: The file of an OFD that names its documents (GB/T 33190-2016, 7.2), without case.
_ENTRY = "ofd.xml"

_HEAD = 65_536
_OPENING = regex(
    r"<(?:!doctype\s+html|(?:html|head|body|title|meta|link|script|style|base|table|tbody|thead|tr|"
    r"td|th|div|p|span|font|center|h[1-6]|ul|ol|dl|br|hr|a|b|i|img|form|section|article|main|nav|"
    r"header|footer|pre|iframe|frameset|caption|colgroup)(?=[\s/>]))",
    re.IGNORECASE,
)
_BEFORE_OPENING = regex(
    r"(?:\s|\ufeff|\x00|<!--.*?-->|<\?.*?>|<!\[.*?\]>|<![a-z][^>]*>)*", re.IGNORECASE | re.DOTALL
)
#: Tags of a page, in a text that does not begin like one.
_PAGE_TAGS = regex(r"</?(?:html|body|table|tr|td|th|p|div|br|span|font)(?=[\s/>])", re.I)
_MANY_TAGS = 6
_PIPE_ROW = regex(r"^[ \t>]*\|.*\|[ \t]*$", re.MULTILINE)
#: Folders of packages of Office, and how parts in them end: a folder of documents may be called
#: `word` as well.
_OFFICE = ("word/", "xl/", "ppt/")
_PART_ENDS = (".xml", ".rels", ".bin")
#: The main part of a workbook of the binary kind (.xlsb).
_BINARY_BOOK = "xl/workbook.bin"
#: The first record of a workbook of Excel 97 and later.
_BOOK_BEGINS = bytes.fromhex("0908100000060500")
_TEXT_SUFFIXES = (".txt", ".text", ".csv", ".tsv", ".md", ".json", ".xml", ".log")


def detect(source: bytes, name: str) -> Detection:
    """Raises Refusal `empty`, `unsupported_format`, `encrypted`, `corrupt`, `too_complex`.

    `name` counts only where the bytes are either damaged plain text or nothing at all.
    """
    if not source.strip(b" \t\r\n\f\v\x00\xef\xbb\xbf\xff\xfe"):
        raise Refusal(
            RefusalCode.EMPTY,
            "文件是空的。请检查上传是否完整后重新提交。",
            "The file is empty. Check that it was uploaded in full and send it again.",
        )
    if source.startswith(OLE_MAGIC):
        return _compound(source)
    if source.startswith(ZIP_MAGICS):
        return _package(source)
    found = _archive(source) or _pdf(source) or _rtf(source) or _picture(source)
    if found is not None:
        return found
    _refuse_known(source)
    return _message(source) or _text(source, name)


def _pdf(source: bytes) -> Detection | None:
    found = _PDF.search(source, 0, _PDF_WITHIN + 8)
    if found is None:
        return None
    start = found.start()
    before = source[:start].strip(b" \t\r\n\x00\xef\xbb\xbf")
    if not before:
        evidence = [f"{found[0].decode()} at byte {start}"]
    elif _PDF_OBJECT.search(source, start):
        what = "HTTP headers" if before.startswith(b"HTTP/") else "other bytes"
        evidence = [f"{start} bytes of {what} before {found[0].decode()}", "PDF objects follow it"]
    else:
        return None
    return Detection(format=Format.PDF, offset=start, evidence=tuple(evidence))


def _rtf(source: bytes) -> Detection | None:
    found = _RTF.match(source)
    if found is None:
        return None
    start = found.start("group")
    return Detection(format=Format.RTF, offset=start, evidence=(f"{{\\rtf at byte {start}",))


def _picture(source: bytes) -> Detection | None:
    said = next((name for at, mark, name in PICTURES if source.startswith(mark, at)), "")
    if source.startswith(b"BM") and source[6:10] == b"\x00" * 4:
        said = "BMP"
    return Detection(format=Format.IMAGE, evidence=(f"a {said} image",)) if said else None


def _refuse_known(source: bytes) -> None:
    for offset, mark, kind in SIGNATURES:
        if source.startswith(mark, offset):
            raise _unsupported(kind)
    left = litter(source)
    if left is not None:
        raise _unsupported(left)
    if source.startswith(b"MZ") and b"\x00" in source[2:64]:
        raise _unsupported(EXECUTABLE)


# Packages and archives.


def may_be_batch(source: bytes) -> bool:
    """Whether it is worth asking `detect` if some bytes are an archive or a mail."""
    begins = source.startswith((*ZIP_MAGICS, *(mark for mark, _ in ARCHIVES)))
    return begins or is_mime(source) or _is_posted(source)


def _archive(source: bytes) -> Detection | None:
    """7z or RAR."""
    said = next((name for mark, name in ARCHIVES if source.startswith(mark)), "")
    return Detection(format=Format.ARCHIVE, evidence=(f"a {said}",)) if said else None


def _package(source: bytes) -> Detection:
    """A zip package: DOCX, ODT, OFD, XLSX, an archive or a refusal."""
    members = zip_members(source)
    if members.too_many:
        raise Refusal(
            RefusalCode.TOO_COMPLEX,
            f"压缩包内的文件过多（上限 {MAX_MEMBERS} 个），无法处理。请拆成几个压缩包后重新提交。",
            f"The package holds too many files (at most {MAX_MEMBERS}). "
            "Pack them into several and send those.",
        )
    named = _named_package(members)
    if members.broken:
        raise _cut_short(named)
    if named is None:
        kind = _kind_of_package(members.names, members.mimetype)
        if kind is None:
            return Detection(format=Format.ARCHIVE, evidence=("a ZIP archive",))
        raise _unsupported(kind)
    if members.encrypted:
        raise _encrypted("文档", "The document")
    return named


def _named_package(members: Members) -> Detection | None:
    """What the package is by its members; None where it is none that has a reader."""
    names = members.names
    if _has_part(names, "word/"):
        seen = f"with {_first(names, 'word/')} in it"
        return _zipped(Format.DOCX, seen)
    if members.mimetype.startswith(ODT_MIMETYPES):
        if "content.xml" in names or members.broken:
            return _zipped(Format.ODT, "its mimetype is that of an OpenDocument text")
        return None
    if any(_has_part(names, folder) for folder in _OFFICE):
        book = next((name for name in names if name.lower().startswith("xl/")), "")
        if book and not any(name.lower().endswith(_BINARY_BOOK) for name in names):
            return _zipped(Format.XLSX, f"with {book} in it")
        return None
    if _ENTRY in (name.lower() for name in names):
        return _zipped(Format.OFD, "with OFD.xml in it")
    return None


def _zipped(format: Format, seen: str) -> Detection:
    return Detection(format=format, evidence=("a zip package", seen))


def _has_part(names: tuple[str, ...], folder: str) -> bool:
    """Whether a folder of a package is there, and no folder of documents by its name."""
    within = [name for name in names if name.lower().startswith(folder)]
    return bool(within) and (
        CONTENT_TYPES in names or any(name.lower().endswith(_PART_ENDS) for name in within)
    )


def _cut_short(named: Detection | None) -> Refusal:
    """Of a package without its directory."""
    if named is None:
        return Refusal(
            RefusalCode.CORRUPT,
            "ZIP 压缩包不完整或已损坏（缺少目录，或只是分卷之一）。请重新打包或上传。",
            "The ZIP archive is cut short, damaged or one of several volumes (its directory is "
            "missing). Pack or upload it again.",
        )
    zh, en = ("OFD", "OFD") if named.format is Format.OFD else ("Office ", "Office")
    return Refusal(
        RefusalCode.CORRUPT,
        f"{zh}文档不完整或已损坏（缺少压缩包目录）。请重新导出或上传。",
        f"The {en} document is cut short or damaged (its zip directory is missing). "
        "Export or upload it again.",
    )


def _kind_of_package(names: tuple[str, ...], mimetype: bytes) -> Kind | None:
    """What has no reader; None for an archive."""
    by_mimetype = (kind for mark, kind in MIMETYPES if mimetype.startswith(mark))
    by_member = (kind for mark, kind in MEMBERS if _is_there(mark, names))
    return next(by_mimetype, None) or next(by_member, None)


def _is_there(mark: str, names: tuple[str, ...]) -> bool:
    return _has_part(names, mark) if mark.endswith("/") else mark in names


def _first(names: tuple[str, ...], beginning: str) -> str:
    document = f"{beginning}document.xml"
    return next(
        (name for name in names if name.lower() == document),
        next(name for name in names if name.lower().startswith(beginning)),
    )


def _compound(source: bytes) -> Detection:
    """An OLE2 file: an old Word document, XLS or a refusal."""
    names = ole_names(source)
    if WORD_STREAM in names and "EncryptedPackage" not in names:
        return Detection(format=Format.DOC, evidence=("an OLE2 file", f"with {WORD_STREAM} in it"))
    if "Workbook" in names:
        return Detection(
            format=Format.XLS, evidence=("an OLE2 file", "with a stream Workbook in it")
        )
    if not names and _BOOK_BEGINS in source:
        raise Refusal(
            RefusalCode.CORRUPT,
            "XLS 工作簿不完整或已损坏（缺少目录）。请重新导出或上传。",
            "The XLS workbook is cut short or damaged (its directory is missing). "
            "Export or upload it again.",
        )
    raise _refused_ole(names)


def _refused_ole(names: tuple[str, ...]) -> Refusal:
    if "EncryptedPackage" in names:
        return _encrypted("文档", "The document")
    for stream, kind in STREAMS:
        if any(name.startswith(stream) for name in names):
            return _unsupported(kind)
    return _unsupported(OLE)


# Text.


def _message(source: bytes) -> Detection | None:
    """A MIME message: a mail, or the page in it."""
    if not is_mime(source):
        is_letter = _is_posted(source)
        return _mail("headers of a message that went through the post") if is_letter else None
    saved = message(source)
    if saved is None:
        return _mail("a MIME message that is no page")
    attached = attached_to(saved)
    if attached:
        return _mail("a MIME message (MHTML) with a page", f"and {len(attached)} attached to it")
    codec, evidence = _encoding(saved.root.body(), saved.root.charset)
    return Detection(
        format=Format.HTML,
        encoding=codec,
        evidence=("a MIME message (MHTML) with a page in it", *evidence),
    )


def _mail(*evidence: str) -> Detection:
    return Detection(format=Format.MAIL, evidence=evidence)


def _is_posted(source: bytes) -> bool:
    """Headers of a letter without those of MIME."""
    posted = _POSTED.match(source)
    return bool(posted and re.search(rb"(?im)^(?:from|date):", source[:_HEAD]))


#: How documents begin that may be attached to a page. Word puts parts of its own beside a page,
#: some of them packages as well, so these are looked at.
_DOCUMENTS = (b"%PDF-", b"{\\rtf", OLE_MAGIC, *ZIP_MAGICS, *(mark for mark, _ in ARCHIVES))
#: So much of an encoded part is decoded to see how it begins.
_BEGINNING = 400


def attached_to(saved: Message) -> tuple[Part, ...]:
    """The parts of a page saved as MHTML that are documents of their own: those that have a
    reader, and whatever its sender called attached."""
    return tuple(part for part in saved.parts if part is not saved.root and _is_attached(part))


def _is_attached(part: Part) -> bool:
    if part.attached:
        return bool(part.raw.strip())
    if not replace(part, raw=part.raw[:_BEGINNING]).body().startswith(_DOCUMENTS):
        return False
    try:
        return detect(part.body(), "").format not in (Format.TEXT, Format.HTML)
    except Refusal:
        return False


def _text(source: bytes, name: str) -> Detection:
    headers = _HTTP_HEADERS.match(source)
    offset = headers.end() if headers else 0
    body = source[offset:]
    codec, evidence = _encoding(body, "", name)
    if headers:
        evidence = (f"{offset} bytes of HTTP headers", *evidence)
    text = body[: 4 * _HEAD].decode(codec, "ignore")[:_HEAD]
    kind = _xml_kind(text)
    if kind is not None:
        raise _unsupported(kind)
    page = _page_evidence(text)
    return Detection(
        format=Format.HTML if page else Format.TEXT,
        encoding=codec,
        offset=offset,
        evidence=(*evidence, page or "no tags of a page"),
    )


def _encoding(body: bytes, charset: str, name: str = "") -> tuple[str, tuple[str, ...]]:
    """The codec and the evidence for it. Raises Refusal where the bytes are no text.

    `charset` is what a header around the body says; the body may declare another.
    """
    mark = byte_order_mark(body)
    if mark is not None:
        return mark[1], (f"byte order mark of {mark[1]}",)
    declared = charset.lower() or declared_encoding(body)
    best, *others = readings(body, declared)
    least = NOISE_BY_NAME if name.lower().endswith(_TEXT_SUFFIXES) else NOISE
    if not best.is_text(least):
        raise _unsupported(BINARY)
    return _named(best, body), tuple(_evidence(best, others, declared))


def _named(reading: Reading, body: bytes) -> str:
    """Big5 by its plain name where it needs no characters of Hong Kong."""
    if reading.codec != "big5hkscs":
        return reading.codec
    try:
        body.decode("big5")
    except UnicodeDecodeError:
        return reading.codec
    return "big5"


def _evidence(best: Reading, others: list[Reading], declared: str) -> list[str]:
    said = []
    if declared:
        agrees = "and the text agrees" if best.declared else "but the text does not agree"
        said.append(f"declares {declared}, {agrees}")
    if not others and not best.certain:
        said.append("only ASCII characters")
        return said
    rest = ", ".join(f"{other.codec} {other.score:.2f}" for other in others)
    beside = "as no other could" if best.certain else f"others: {rest}"
    said.append(f"reads best as {best.codec}: {best.score:.2f} ({beside})")
    if best.broken:
        said.append(f"{best.broken} broken sequences")
    return said


def _xml_kind(text: str) -> Kind | None:
    """What an XML document is that is more than text."""
    head = text.lstrip("\ufeff \t\r\n")[:4_096]
    if not head.startswith("<?xml") or re.search(r"<(?:!doctype\s+)?html\b", head, re.I):
        return None
    return next((kind for mark, kind in XML_MARKS if mark in head), None)


def _page_evidence(text: str) -> str:
    """Why the text is a page; "" where it is none."""
    start = _BEFORE_OPENING.match(text)
    opening = _OPENING.match(text, start.end() if start else 0)
    if opening:
        return f"begins with {opening[0]}"
    if text.lstrip()[:1] in ("{", "["):
        return ""
    found = _PAGE_TAGS.findall(text)
    if len(_PIPE_ROW.findall(text)) >= _MANY_TAGS and {tag.lower() for tag in found} == {"<br"}:
        return ""  # Markdown breaks the lines of its cells so
    tags = len(found)
    return f"{tags} tags of a page" if tags >= _MANY_TAGS else ""


# Refusals.


def _unsupported(kind: Kind) -> Refusal:
    return Refusal(
        RefusalCode.UNSUPPORTED_FORMAT,
        f"不支持的文件格式：{kind.name}。{kind.advice}",
        f"Unsupported format: {kind.name_en}. {kind.advice_en}",
    )


def _encrypted(what: str, what_en: str) -> Refusal:
    return Refusal(
        RefusalCode.ENCRYPTED,
        f"{what}设有打开密码，无法读取。请取消密码后重新提交。",
        f"{what_en} needs a password to open. Remove the password and send it again.",
    )
