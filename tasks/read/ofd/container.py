"""The files of an OFD container as XML trees, and where they are named.

A place is followed inside the container only; one that climbs out of it names no file. The schema
has no document type. Source: GB/T 33190-2016, 7.2 and 7.3.
"""

from __future__ import annotations

import posixpath

from lxml import etree

from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.package import Named, Unreadable, Zipped, refuse_document_type, tree

NAMED = Named(
    zh="OFD 文档",
    en="OFD document",
    program="",
    mend="请用 OFD 阅读软件打开并另存，或重新导出后再提交。",
    mend_en=(
        "Open it in an OFD reader and save it anew, or export it again and send the new file."
    ),
)


class Container(Zipped):
    """An open container. Raises Refusal `corrupt`, `encrypted`, `too_complex`."""

    def __init__(self, source: bytes) -> None:
        super().__init__(source, NAMED)

    def xml(self, name: str) -> etree._Element:
        """The root of a file, in the encoding that it declares. Raises Unreadable."""
        source = self.inflated(name)
        refuse_document_type(source, NAMED)
        return tree(source, NAMED)

    def body(self, name: str) -> bytes:
        """All bytes of a file, b"" where it is not there or cannot be inflated."""
        try:
            return self.inflated(name)
        except Unreadable:
            return b""


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


def encrypted() -> Refusal:
    return Refusal(
        RefusalCode.ENCRYPTED,
        "OFD 文档已加密，无法读取。请取消密码后重新提交。",
        "The OFD document is encrypted. Remove the password and send it again.",
    )
