"""The parts of a package as XML trees, within limits: of OOXML and OpenDocument (DOCX, ODT, XLSX),
and the files of a zip on which the reader of OFD stands as well.

Declared sizes lie, so bytes are counted as they are inflated. XML of a package has no
document type, hence no entities; a part that has one is refused unparsed. Relationships are
followed inside the package only, never out of it.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from lxml import etree

from tasks.detect.packages import broken
from tasks.model.limits import (
    MAX_INFLATED_BYTES,
    MAX_MEMBERS,
    MAX_PART_BYTES,
    MAX_RATIO,
    RATIO_FLOOR_BYTES,
)
from tasks.model.refusal import Refusal, RefusalCode

_CHUNK = 1 << 20
_BROKEN = broken()
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_UTF_16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
#: Strict packages differ from transitional ones in the names of their namespaces.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/customXml",
        b"http://schemas.openxmlformats.org/officeDocument/2006/customXml",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
        b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/main",
        b"http://schemas.openxmlformats.org/drawingml/2006/main",
    ),
)
_OF_STRICT = b"purl.oclc.org/ooxml"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What people call a package of a kind, and what opens it."""

    zh: str
    en: str
    program: str
    #: What helps where it is damaged, if not to open it in this program and to save it.
    mend: str = ""
    mend_en: str = ""


DOCX = Named(zh="DOCX 文档", en="DOCX document", program="Word")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """Where a part points to, inside the package."""

    id: str
    #: The last word of its type, `numbering`.
    kind: str
    target: str


class Unreadable(Exception):
    """A part is not there, cannot be inflated, or is no XML."""


class Zipped:
    """The files of an open zip. Names are compared without case and without a leading slash.
    Each method raises Refusal `too_complex` or `encrypted`; `corrupt` where there is no zip."""

    def __init__(self, source: bytes, named: Named) -> None:
        self._named = named
        try:
            self._zip = ZipFile(BytesIO(source))
        except _BROKEN as error:
            raise corrupt("缺少压缩包目录", "its zip directory is broken", named) from error
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise _bomb(named)
        self._members = {_normal(member.filename): member for member in members}
        self._inflated = 0

    def has(self, name: str) -> bool:
        return _normal(name) in self._members

    def inflated(self, name: str) -> bytes:
        """All bytes of a file. Raises Unreadable."""
        member = self._members.get(_normal(name))
        if member is None:
            raise Unreadable
        return self._inflate(member)

    def head(self, name: str, length: int) -> bytes:
        """The first bytes of a file, b"" where it is not there or cannot be inflated."""
        member = self._members.get(_normal(name))
        if member is None:
            return b""
        try:
            with self._zip.open(member) as part:
                return part.read(length)
        except _BROKEN:
            return b""

    def _inflate(self, member: ZipInfo) -> bytes:
        if member.flag_bits & 1:
            raise Refusal(
                RefusalCode.ENCRYPTED,
                "文档设有打开密码，无法读取。请取消密码后重新提交。",
                "The document needs a password to open. Remove it and send the document again.",
            )
        chunks: list[bytes] = []
        size = 0
        most = min(max(RATIO_FLOOR_BYTES, MAX_RATIO * member.compress_size), MAX_PART_BYTES)
        try:
            with self._zip.open(member) as part:
                while chunk := part.read(_CHUNK):
                    size += len(chunk)
                    self._inflated += len(chunk)
                    if size > most or self._inflated > MAX_INFLATED_BYTES:
                        raise _bomb(self._named)
                    chunks.append(chunk)
        except _BROKEN as error:
            raise Unreadable from error
        return b"".join(chunks)


class Package(Zipped):
    """An open package. Each method raises Refusal `corrupt` as well."""

    def __init__(self, source: bytes, named: Named = DOCX) -> None:
        super().__init__(source, named)
        self._links: dict[str, tuple[Relationship, ...]] = {}

    def xml(self, name: str) -> etree._Element | None:
        """The root of a part; None where there is no such part."""
        source = self.source(name)
        return None if source is None else parsed(source, self._named)

    def source(self, name: str) -> bytes | None:
        """A part as it is parsed: in UTF-8, without a document type, with the names of
        transitional packages."""
        return _plain(self.raw(name), self._named) if self.has(name) else None

    def raw(self, name: str) -> bytes:
        """A part as it lies in the package; b"" where there is no such part."""
        try:
            return self.inflated(name) if self.has(name) else b""
        except Unreadable as error:
            raise corrupt(
                f"部件 {name[:80]} 无法解压", "a part of it cannot be inflated", self._named
            ) from error

    def relationships(self, name: str) -> tuple[Relationship, ...]:
        """Of the part `name`; of the package itself for `""`. None that lead outside."""
        if name not in self._links:
            self._links[name] = self._relationships(name)
        return self._links[name]

    def _relationships(self, name: str) -> tuple[Relationship, ...]:
        folder, file = posixpath.split(name)
        root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        if root is None:
            return ()
        return tuple(
            Relationship(
                id=link.get("Id", ""),
                kind=link.get("Type", "").rpartition("/")[2],
                target=_normal(posixpath.join("/", folder, link.get("Target", ""))),
            )
            for link in root.iter(_RELATIONSHIP)
            if link.get("TargetMode", "").lower() != "external"
        )


def _normal(name: str) -> str:
    """Names of parts are compared without case and without a leading slash."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()


def _plain(source: bytes, named: Named) -> bytes:
    for mark, codec in _UTF_16:
        if source.startswith(mark):
            source = source[2:].decode(codec, "replace").encode()
    refuse_document_type(source, named)
    for strict, transitional in _STRICT if _OF_STRICT in source else ():
        source = source.replace(strict, transitional)
    return source


def refuse_document_type(source: bytes, named: Named) -> None:
    """In text the mark would be escaped; two-byte encodings have it with zeros between."""
    plain = source.replace(b"\x00", b"") if source.startswith(_WIDE) else source
    if b"<!DOCTYPE" in plain:
        raise corrupt("XML 中含有文档类型声明", "its XML has a document type declaration", named)


def careful(encoding: str | None = None) -> etree.XMLParser:
    """A parser that fetches nothing and resolves no entity; `encoding`: None as is declared."""
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )


def parsed(source: bytes, named: Named = DOCX) -> etree._Element:
    """The root of a part of a package. Raises Refusal `corrupt`, `too_complex`."""
    try:
        return tree(source, named, "utf-8")
    except Unreadable as error:
        raise corrupt("XML 有错误", "its XML is not well formed", named) from error


def tree(source: bytes, named: Named, encoding: str | None = None) -> etree._Element:
    """Raises Unreadable, and Refusal `too_complex`; `encoding`: None as is declared."""
    try:
        return etree.fromstring(source, careful(encoding))
    except etree.XMLSyntaxError as error:
        if "depth" in str(error).lower():
            raise too_deep(named) from error
        raise Unreadable from error


def corrupt(why: str, why_en: str, named: Named = DOCX) -> Refusal:
    mend = named.mend or f"请用 {named.program} 或 WPS 打开并另存后重新提交。"
    mend_en = named.mend_en or (
        f"Open it in {named.program} or WPS, save it anew and send it again."
    )
    return Refusal(
        RefusalCode.CORRUPT,
        f"{named.zh}已损坏（{why}）。{mend}",
        f"The {named.en} is damaged: {why_en}. {mend_en}",
    )


def too_deep(named: Named = DOCX) -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"{named.zh}嵌套层次过深，无法处理。请简化版式后重新提交。",
        f"The {named.en} is nested too deeply. Simplify its layout and send it again.",
    )


def too_complex(what: str, what_en: str, named: Named = DOCX) -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"{named.zh}过于复杂（{what}），无法处理。请拆分后重新提交。",
        f"The {named.en} is too complex ({what_en}). Split it and send it again.",
    )


def _bomb(named: Named) -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"{named.zh}解压后过大，无法处理。请删除多余内容后重新提交。",
        f"The {named.en} is too large once inflated. Remove what is not needed and send it again.",
    )
