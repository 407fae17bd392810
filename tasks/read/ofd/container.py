"""The files of an OFD container as XML trees, within limits.

Declared sizes lie, so bytes are counted as they are inflated. A place is followed inside the
container only; one that climbs out of it names no file. The schema has no document type, hence
no entities; a file that has one is refused unparsed. Source: GB/T 33190-2016, 7.2 and 7.3.
"""

from __future__ import annotations

import posixpath
import zlib
from io import BytesIO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from lxml import etree

from tasks.model.limits import (
    MAX_INFLATED_BYTES,
    MAX_MEMBERS,
    MAX_PART_BYTES,
    MAX_RATIO,
    RATIO_FLOOR_BYTES,
)
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.package import careful

_CHUNK = 1 << 20
_BROKEN = (BadZipFile, LargeZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)
_WIDE = (b"\xff\xfe", b"\xfe\xff")


class Missing(Exception):
    """A file that is named is not in the container, or is no XML."""


class Container:
    """An open container. Names are compared without case, as the programs that show OFD do."""

    def __init__(self, source: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(source))
        except _BROKEN as error:
            raise corrupt("缺少压缩包目录", "its zip directory is broken") from error
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise _bomb()
        self._members = {_normal(member.filename): member for member in members}
        self._inflated = 0

    def has(self, name: str) -> bool:
        return _normal(name) in self._members

    def xml(self, name: str) -> etree._Element:
        """The root of a file. Raises Missing, and Refusal `too_complex`, `encrypted`, `corrupt`."""
        member = self._members.get(_normal(name))
        if member is None:
            raise Missing
        return _parsed(self._inflate(member))

    def body(self, name: str) -> bytes:
        """All bytes of a file, "" where it is not there or cannot be inflated."""
        member = self._members.get(_normal(name))
        try:
            return b"" if member is None else self._inflate(member)
        except Missing:
            return b""

    def head(self, name: str, length: int) -> bytes:
        """The first bytes of a file, "" where it is not there or cannot be inflated."""
        member = self._members.get(_normal(name))
        if member is None:
            return b""
        try:
            with self._zip.open(member) as part:
                return part.read(length)
        except (*_BROKEN, RuntimeError):
            return b""

    def _inflate(self, member: ZipInfo) -> bytes:
        if member.flag_bits & 1:
            raise encrypted()
        chunks: list[bytes] = []
        size = 0
        most = min(max(RATIO_FLOOR_BYTES, MAX_RATIO * member.compress_size), MAX_PART_BYTES)
        try:
            with self._zip.open(member) as part:
                while chunk := part.read(_CHUNK):
                    size += len(chunk)
                    self._inflated += len(chunk)
                    if size > most or self._inflated > MAX_INFLATED_BYTES:
                        raise _bomb()
                    chunks.append(chunk)
        except _BROKEN as error:
            raise Missing from error
        return b"".join(chunks)


def place(folder: str, name: str) -> str:
    """Where a file is that is named in a file of `folder`: from the root where it begins with a
    slash. "" where it climbs out of the container. Source: GB/T 33190-2016, 7.3 (ST_Loc)."""
    at = posixpath.normpath(posixpath.join("/", folder, name.strip().replace("\\", "/")))
    depth = 0
    for part in posixpath.join(folder, name.strip().replace("\\", "/")).lstrip("/").split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return ""
    return at.lstrip("/")


def folder_of(name: str) -> str:
    return posixpath.dirname(name)


def _normal(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()


def _parsed(source: bytes) -> etree._Element:
    # In text the mark would be escaped; files in two-byte encodings have it with zeros between.
    plain = source.replace(b"\x00", b"") if source.startswith(_WIDE) else source
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise corrupt("XML 中含有文档类型声明", "its XML has a document type declaration")
    try:
        root = etree.fromstring(source, careful())
    except etree.XMLSyntaxError as error:
        if "depth" in str(error).lower():
            raise too_complex("嵌套层次过深", "it is nested too deeply") from error
        raise Missing from error
    if root is None:
        raise Missing
    return root


def corrupt(why: str, why_en: str) -> Refusal:
    return Refusal(
        RefusalCode.CORRUPT,
        f"OFD 文档已损坏（{why}）。请用 OFD 阅读软件打开并另存，或重新导出后再提交。",
        f"The OFD document is damaged: {why_en}. "
        "Open it in an OFD reader and save it anew, or export it again and send the new file.",
    )


def encrypted() -> Refusal:
    return Refusal(
        RefusalCode.ENCRYPTED,
        "OFD 文档已加密，无法读取。请取消密码后重新提交。",
        "The OFD document is encrypted. Remove the password and send it again.",
    )


def too_complex(why: str, why_en: str) -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"OFD 文档过于复杂（{why}），无法处理。请只提交年度报告本身，或重新导出。",
        f"The OFD document asks for too much: {why_en}. Send the annual report alone, or export "
        "it again.",
    )


def _bomb() -> Refusal:
    return too_complex("解压后过大", "it is too large once inflated")
