"""ODT to Document. Takes what `detect` decided.

package          zip -> XML trees, within limits; shared with DOCX
names.py         namespaces
styles.py        styles -> how a run looks; rows, columns, shades
lists.py         numbers of lists and headings
inline.py        what a paragraph shows, piece by piece
body.py          paragraphs, lists, sections, text boxes, tables as placed cells
pictures.py      pictures, and signs in their places
seen, unseen, placed, nesting, grid   shared
"""

from __future__ import annotations

from tasks.model.document import Detection, Document, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.embedded import Marks
from tasks.read.nesting import blocks
from tasks.read.odt.body import Body, Place
from tasks.read.odt.lists import Lists
from tasks.read.odt.names import OFFICE, TITLE
from tasks.read.odt.pictures import pictures_in, put_marks
from tasks.read.odt.styles import Styles
from tasks.read.package import Named, Package, corrupt
from tasks.read.unseen import clean

KIND = Named(zh="ODT 文档", en="ODT document", program="Word")


def read_odt(source: bytes, detection: Detection, marks: Marks | None = None) -> Document:
    """`marks`: where signs are to stand for pictures. Raises Refusal `corrupt`, `encrypted`,
    `too_complex`."""
    package = Package(source, KIND)
    if b"encryption-data" in package.raw("META-INF/manifest.xml"):
        raise Refusal(
            RefusalCode.ENCRYPTED,
            "文档设有打开密码，无法读取。请取消密码后重新提交。",
            "The document needs a password to open. Remove it and send the document again.",
        )
    content = package.xml("content.xml")
    body = None if content is None else content.find(f"{OFFICE}body/{OFFICE}text")
    if content is None or body is None:
        raise corrupt("缺少正文", "its main part is missing", KIND)
    pictures = pictures_in(body, package) if marks is None else ()
    if marks is not None:
        put_marks(body, package, marks)
    common = package.xml("styles.xml")
    styles = Styles(content, common)
    reader = Body(styles=styles, lists=Lists(content, common))
    contents = reader.contents(body, "/document-content/body/text", Place(ground=styles.paper))
    return Document(
        format=Format.ODT,
        title=_title(package) or reader.heading,
        blocks=blocks(contents),
        doubts=(*reader.doubts, *reader.unseen.doubts()),
        pictures=pictures,
    )


def _title(package: Package) -> str:
    about = package.xml("meta.xml")
    found = None if about is None else about.find(f".//{TITLE}")
    return "" if found is None else clean(found.text or "")
