"""Bytes to formats. The names are wrong on purpose wherever they could mislead."""

from __future__ import annotations

import base64
import gzip
import quopri
import random
import re
import struct
import tarfile
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from bs4.dammit import EncodingDetector

from tasks.detect import detect
from tasks.detect.encoding import declared_encoding, decode
from tasks.detect.signatures import SIGNATURES
from tasks.model.document import Detection, DoubtKind, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.render.wording import told as doubted

SIMPLIFIED = "一、本年新收政府信息公开申请数量\n行政规范性文件 12 3 45\n"
TRADITIONAL = "一、本年新收政府資訊公開申請數量\n行政規範性文件 12 3 45\n"
PAGE = (
    "<html><head>{meta}</head><body><table><tr><td>规章</td><td>0</td></tr></table></body></html>"
)
PICTURE_PART = b"\r\n------=_Next\r\nContent-Type: image/png\r\n\r\nxx\r\n------=_Next--\r\n"


def zipped(*names: str, stored: dict[str, bytes] | None = None) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as package:
        for name, content in (stored or {}).items():
            package.writestr(name, content)
        for name in names:
            package.writestr(name, b"<x/>" * 50, ZIP_DEFLATED)
    return file.getvalue()


def ole(*names: str) -> bytes:
    """An OLE2 file with these streams in its root, each the right sibling of the one before."""
    none = 0xFFFFFFFF
    header = struct.pack(
        "<8s16sHHHHH6xLLLLLLLLL",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0),
    ) + struct.pack("<109L", 0, *[none] * 108)
    entries = []
    for index, name in enumerate(["Root Entry", *names]):
        text = name.encode("utf-16-le") + b"\x00\x00"
        right = index + 1 if 0 < index < len(names) else none
        child = 1 if index == 0 else none
        entries.append(
            text.ljust(64, b"\x00")
            + struct.pack("<HBBLLL", len(text), 5 if index == 0 else 2, 1, none, right, child)
            + bytes(48)
        )
    directory = b"".join(entries)
    sectors = -(-len(directory) // 512)
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    table = struct.pack("<128L", *chain, *[none] * (128 - len(chain)))
    return header + table + directory.ljust(sectors * 512, b"\x00")


def mhtml(page: bytes, *, charset: str = "", how: str = "quoted-printable") -> bytes:
    body = quopri.encodestring(page) if how == "quoted-printable" else base64.encodebytes(page)
    declared = f'; charset="{charset}"' if charset else ""
    return (
        (
            "MIME-Version: 1.0\r\n"
            'Content-Type: multipart/related; boundary="----=_Next"; type="text/html"\r\n\r\n'
            "A page in one file.\r\n\r\n"
            "------=_Next\r\nContent-Location: file:///C:/a.htm\r\n"
            f"Content-Transfer-Encoding: {how}\r\nContent-Type: text/html{declared}\r\n\r\n"
        ).encode()
        + body
        + PICTURE_PART
    )


def refusal(source: bytes, name: str = "a.pdf") -> Refusal:
    with pytest.raises(Refusal) as refused:
        detect(source, name)
    return refused.value


# Text and its encoding.


@pytest.mark.parametrize("mark", [True, False], ids=["marked", "unmarked"])
@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("utf-8", SIMPLIFIED),
        ("utf-8", TRADITIONAL),
        ("gb18030", SIMPLIFIED),
        ("gb18030", TRADITIONAL),
        ("big5", TRADITIONAL),
        ("utf-16-le", SIMPLIFIED),
        ("utf-16-be", SIMPLIFIED),
    ],
)
def test_text_in_each_encoding(codec: str, text: str, mark: bool) -> None:
    source = (("\ufeff" if mark and codec != "big5" else "") + text).encode(codec)
    found = detect(source, "报告.docx")
    assert (found.format, found.encoding) == (Format.TEXT, codec)
    assert decode(source, found) == (text, ())
    assert found.evidence


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        "行政规范性文件零件",
        "三、收到和处理政府信息公开申请",
        "某县财政局二〇二三年",
        "尚未审结结果纠正维持",
        "规章 0 0 0 行政许可 12",
    ],
)
def test_texts_of_twenty_bytes(codec: str, text: str) -> None:
    source = text.encode(codec)
    assert detect((source * 2)[: max(20, len(source))], "").encoding == codec


@pytest.mark.parametrize(
    ("bytes_", "shown"),
    [
        (b"\xa3\xa0", "\u3000"),
        (b"\xa6\xd9", "\ufe10"),
        (b"\xa6\xf3", "\ufe19"),
        (b"\xa8\xbc", "\u1e3f"),
        (b"\x81\x35\xf4\x37", "\ue7c7"),
        (b"\xfe\x59", "\u9fb4"),
        (b"\xfe\xa0", "\u9fbb"),
    ],
)
def test_gb18030_as_browsers_read_it(bytes_: bytes, shown: str) -> None:
    source = "规章和行政规范性文件".encode("gb18030") + bytes_ + "处理决定数量".encode("gb18030")
    found = detect(source, "a.txt")
    assert decode(source, found) == (f"规章和行政规范性文件{shown}处理决定数量", ())


def test_many_blanks_of_gbk_speak_not_against_it() -> None:
    source = ("规章|" + "\u3000|" * 40).encode("gb18030").replace(b"\xa1\xa1", b"\xa3\xa0")
    assert detect(source, "").encoding == "gb18030"


def test_any_line_of_the_form_in_any_encoding() -> None:
    """What a statistical detector takes for Cyrillic or Korean."""
    dice = random.Random(5)
    words = "政府信息公开工作年度报告行政规范性文件处理决定数量申请结果维持纠正总计自然人商业企业"
    for _ in range(300):
        text = "".join(dice.choices(words, k=12)) + str(dice.randrange(100))
        for codec in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
            assert detect(text.encode(codec), "").encoding == codec, text


@pytest.mark.parametrize("declared", ["", "gb2312", "utf-8", "gbk", "big5", "nonsense"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le"])
def test_a_declaration_is_only_one_witness(codec: str, declared: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    source = PAGE.format(meta=meta if declared else "").encode(codec)
    found = detect(source, "a.txt")
    assert (found.format, found.encoding) == (Format.HTML, codec)


def test_a_wrong_declaration_is_told() -> None:
    found = detect(PAGE.format(meta='<meta charset="gb2312">').encode(), "")
    assert found.evidence[0] == "declares gb2312, but the text does not agree"


def told(source: bytes) -> list[DoubtKind] | list[RefusalCode]:
    try:
        return [doubt.kind for doubt in decode(source, detect(source, "a.txt"))[1]]
    except Refusal as refusal:
        return [refusal.code]


@pytest.mark.parametrize("misread_as", ["mac_roman", "cp437", "cp850", "gb18030"])
def test_what_was_misread_and_cannot_be_put_back_is_told(misread_as: str) -> None:
    text = f"{SIMPLIFIED}政府信息公开年度报告。本年行政许可数量，申请情况。" * 3
    source = text.encode().decode(misread_as, "replace").encode()
    assert told(source) in ([DoubtKind.ENCODING], [RefusalCode.CORRUPT])


def test_what_was_misread_in_part_is_read_with_a_doubt() -> None:
    text = f"{SIMPLIFIED}政府信息公开年度报告。本年行政许可数量，申请情况。" * 20
    source = (text.encode().decode("cp437") + text * 3).encode()
    _, [doubt] = decode(source, detect(source, ""))
    assert "（乱码）" in doubted(doubt.says, "zh")


def test_a_few_broken_bytes_are_replaced_and_doubted() -> None:
    source = SIMPLIFIED.encode() * 5 + b"\xff\xfe" + SIMPLIFIED.encode() * 5
    found = detect(source, "")
    text, [doubt] = decode(source, found)
    assert found.encoding == "utf-8"
    assert text.replace("\ufffd", "") == SIMPLIFIED * 10
    assert doubt.kind is DoubtKind.ENCODING


def test_a_character_cut_by_the_end_of_the_file_is_no_doubt() -> None:
    source = SIMPLIFIED.encode()[:-1] + "结".encode()[:2]
    found = detect(source, "")
    assert decode(source, found) == (SIMPLIFIED[:-1], ())


def test_a_replacement_character_that_stands_in_the_source_is_no_broken_byte() -> None:
    source = (SIMPLIFIED + "\ufffd").encode()
    assert decode(source, detect(source, ""))[1] == ()


def test_plain_ascii_is_text_whatever_it_declares() -> None:
    assert detect(b"a,b,c\n1,2,3\n", "a.xlsx").encoding == "utf-8"


# Pages.


@pytest.mark.parametrize(
    "source",
    [
        b"<!DOCTYPE html><p>a",
        b"\xef\xbb\xbf\r\n <html><p>a",
        b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML"><html><p>a</p></html>',
        b"<!-- saved from url=(0014)about:internet -->\n<div>a</div>",
        b"<table><tr><td>1</table>",
        b"<TD>1</TD>",
        "报告正文 <table><tr><td>1</td><td>2</td></tr></table>".encode("gb18030"),
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>a",
    ],
)
def test_pages(source: bytes) -> None:
    assert detect(source, "报告.doc").format is Format.HTML


@pytest.mark.parametrize(
    "source",
    [
        b'{"html": "<table><tr><td>1</td><td>2</td></tr></table>"}',
        b"1 < 2 and 3 > 2, <b>bold</b> claims",
        b'<?xml version="1.0"?><report><row>1</row></report>',
        "本年新收\t12\n".encode(),
    ],
)
def test_text_that_is_no_page(source: bytes) -> None:
    assert detect(source, "a.html").format is Format.TEXT


def test_http_headers_are_left_behind() -> None:
    source = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n<html><p>\xe8\xa7\x84\xe7\xab\xa0"
    found = detect(source, "")
    assert decode(source, found)[0].startswith("<html>")


@pytest.mark.parametrize("how", ["quoted-printable", "base64"])
@pytest.mark.parametrize(("codec", "charset"), [("gb18030", "gb2312"), ("utf-8", "gb2312")])
def test_a_page_in_a_mime_message(how: str, codec: str, charset: str) -> None:
    source = mhtml(PAGE.format(meta="").encode(codec), charset=charset, how=how)
    found = detect(source, "报告.doc")
    assert (found.format, found.encoding) == (Format.HTML, codec)


def test_a_letter_is_no_page() -> None:
    letter = b"Received: from a\r\nTo: b@example.org\r\n" + mhtml(b"<html><p>a</p></html>")
    assert detect(letter, "a.mht").format is Format.MAIL


@pytest.mark.parametrize(
    "letter",
    [
        b"Received: from a\r\nFrom: b@example.org\r\nDate: Mon\r\n\r\n0 1\r\n",
        b"From: a\r\nTo: b\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n0 1\r\n",
        b"Subject: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na\r\n--b--",
    ],
    ids=["without MIME", "plain", "without a page"],
)
def test_letters(letter: bytes) -> None:
    assert detect(letter, "报告.txt").format is Format.MAIL


def part_of(body: bytes, headers: bytes = b"") -> bytes:
    return (
        b"\r\n------=_Next\r\nContent-Type: application/octet-stream\r\n"
        + headers
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(body)
        + b"\r\n------=_Next--\r\n"
    )


ATTACHED = b"Content-Disposition: attachment; filename=a\r\n"


@pytest.mark.parametrize(
    ("part", "format"),
    [
        (part_of(b"%PDF-1.4\n1 0 obj", ATTACHED), Format.MAIL),
        (part_of(b"%PDF-1.4\n1 0 obj"), Format.MAIL),
        (part_of(b"\x89PNG", ATTACHED), Format.MAIL),
        (PICTURE_PART, Format.HTML),
        (part_of(zipped("[Content_Types].xml", "theme/theme/theme1.xml")), Format.HTML),
    ],
    ids=["attached", "a document", "an attached picture", "a picture", "a theme of Word"],
)
def test_a_page_with_something_attached_is_a_mail(part: bytes, format: Format) -> None:
    source = mhtml(b"<html><p>a</p></html>").replace(PICTURE_PART, part)
    assert detect(source, "a.mht").format is format


# PDF.

PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF"


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"\n\n",
        b"\xef\xbb\xbf",
        b"HTTP/1.1 200 OK\r\nContent-Type: x\r\n\r\n",
        b"junk\x00" * 200,
    ],
)
def test_a_pdf_begins_where_it_begins(before: bytes) -> None:
    found = detect(before + PDF, "报告.docx")
    assert found == Detection(format=Format.PDF, offset=len(before), evidence=found.evidence)


def test_a_text_about_pdf_is_text() -> None:
    assert detect(b"A PDF begins with %PDF-1.4 and so on.", "a.pdf").format is Format.TEXT


# Packages.


def test_docx_by_its_members_under_any_name() -> None:
    source = zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")
    assert detect(source, "报告.pdf").format is Format.DOCX


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (zipped("[Content_Types].xml", "xl/workbook.bin"), "xlsb"),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        (zipped("FixedDocSeq.fdseq"), "XPS"),
        (zipped("[Content_Types].xml", "theme/theme/theme1.xml"), "OPC"),
        (zipped("META-INF/MANIFEST.MF", "a.class"), "Java"),
        (
            zipped(
                "content.xml",
                stored={"mimetype": b"application/vnd.oasis.opendocument.presentation"},
            ),
            "ODP",
        ),
        (zipped("a.xhtml", stored={"mimetype": b"application/epub+zip"}), "EPUB"),
        (ole("Data", "Book"), "Excel 95"),
        (ole("A", "B", "C", "D", "PowerPoint Document"), "legacy PowerPoint"),
        (ole("__properties_version1.0"), "Outlook"),
        (ole("Something"), "OLE2"),
        (ole()[:600], "OLE2"),
        (gzip.compress(b"a", mtime=0), "gzip"),
        (b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(200)), "Windows"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:a/>', "Word 2003"),
    ],
)
def test_what_has_no_reader_is_refused_by_its_right_name(source: bytes, named: str) -> None:
    refused = refusal(source, "报告.docx")
    assert refused.code is RefusalCode.UNSUPPORTED_FORMAT
    assert named in refused.message_en
    # what to do depends on the kind: test_advice.py
    assert re.search("请(另存为|改存为|提交由|检查是否)", refused.message)


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (b"BM" + struct.pack("<LLL", 100, 0, 54) + bytes(range(80)), "BMP"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(range(100)), "JPEG"),
        (b"II*\x00\x08\x00\x00\x00" + bytes(100), "TIFF"),
        (b"MM\x00*\x00\x00\x00\x08" + bytes(100), "TIFF"),
        (b"GIF89a" + bytes(100), "GIF"),
        (b"RIFF\x64\x00\x00\x00WEBPVP8 " + bytes(100), "WebP"),
    ],
    ids=["bmp", "png", "jpeg", "tiff", "tiff-big-endian", "gif", "webp"],
)
def test_pictures_are_told_by_their_first_bytes(source: bytes, named: str) -> None:
    found = detect(source, "报告.docx")
    assert found == Detection(format=Format.IMAGE, evidence=(f"a {named} image",))


@pytest.mark.parametrize(("offset", "mark", "kind"), SIGNATURES)
def test_each_signature_of_the_table(offset: int, mark: bytes, kind: object) -> None:
    source = (b"\x07" * offset + mark).ljust(512, b"\x01")
    assert getattr(kind, "name", "") in refusal(source).message


@pytest.mark.parametrize(
    "source",
    [
        zipped("a.txt"),
        zipped("照片/1.png", "照片/2.png"),
        # folders of people that are called as those of packages
        zipped("word/年报.docx", "xl/年报.xlsx", "ppt/说明.doc"),
        zipped("年报/[Content_Types].xml", "年报/word/document.xml"),
        b"PK\x05\x06" + bytes(18),
        b"7z\xbc\xaf\x27\x1c" + bytes(60),
        b"Rar!\x1a\x07\x00" + bytes(60),
        b"Rar!\x1a\x07\x01\x00" + bytes(60),
    ],
)
def test_archives(source: bytes) -> None:
    assert detect(source, "年报.docx").format is Format.ARCHIVE


def test_packages_stored_in_an_archive_do_not_count_as_its_members() -> None:
    inner = zipped(*(f"{number}.txt" for number in range(3_000)))
    file = BytesIO()
    with ZipFile(file, "w") as package:
        for number in range(8):
            package.writestr(f"{number}.docx", inner)
    assert detect(file.getvalue(), "a.zip").format is Format.ARCHIVE


def test_tar() -> None:
    file = BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"), BytesIO())
    assert "tar" in refusal(file.getvalue()).message_en


@pytest.mark.parametrize("name", ["报告.xlsx", "报告.xls", "报告.docx", "报告", "a.html"])
def test_workbooks_by_their_content_under_any_name(name: str) -> None:
    assert detect(zipped("[Content_Types].xml", "xl/workbook.xml"), name).format is Format.XLSX
    assert detect(ole("Data", "Workbook"), name).format is Format.XLS


def test_streams_of_an_embedded_workbook_do_not_make_a_letter_one() -> None:
    """The root of the directory counts, not names somewhere in the file."""
    source = ole("WordDocument") + "Workbook".encode("utf-16-le") + bytes(100)
    assert detect(source, "a.xls").format is Format.DOC


def test_encrypted_office_documents() -> None:
    source = ole("EncryptionInfo", "EncryptedPackage")
    assert refusal(source).code is RefusalCode.ENCRYPTED


def test_an_encrypted_archive() -> None:
    source = bytearray(zipped("word/document.xml"))
    source[source.find(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(source)).code is RefusalCode.ENCRYPTED


def test_a_docx_that_is_cut_short() -> None:
    source = zipped("[Content_Types].xml", "word/document.xml")
    assert refusal(source[: len(source) // 2]).code is RefusalCode.CORRUPT


@pytest.mark.parametrize(
    "source",
    [zipped("[Content_Types].xml", "word/document.xml"), zipped("a.txt", "各镇/年报.docx")],
)
def test_any_zip_cut_anywhere_is_refused(source: bytes) -> None:
    codes = {refusal(source[:end]).code for end in range(50, len(source) - 22)}
    assert codes == {RefusalCode.CORRUPT}


def test_a_package_of_too_many_members() -> None:
    source = zipped(*(f"word/{n}" for n in range(10_001)))
    assert refusal(source).code is RefusalCode.TOO_COMPLEX


# Nothing.


@pytest.mark.parametrize("source", [b"", b" \r\n\t", b"\xef\xbb\xbf\n", b"\xff\xfe", bytes(4096)])
def test_empty(source: bytes) -> None:
    assert refusal(source, "a.txt").code is RefusalCode.EMPTY


def test_noise_is_no_text() -> None:
    dice = random.Random(3)
    for size in (64, 500, 5_000, 300_000):
        refused = refusal(dice.randbytes(size), "a.txt")
        assert refused.code is RefusalCode.UNSUPPORTED_FORMAT


def test_a_binary_file_with_much_text_in_it_is_no_text() -> None:
    source = (b"\x01\x02\x00\x00" + "规章".encode()) * 50
    assert refusal(source, "a.txt").code is RefusalCode.UNSUPPORTED_FORMAT


def test_markdown_that_breaks_lines_in_its_cells_is_no_page() -> None:
    rows = "\n".join(f"| 规章<br>{number} | 0 | 1 |" for number in range(9))
    assert detect(rows.encode(), "report.md").format is Format.TEXT
    assert detect(f"<p>{rows}</p>".encode(), "report.md").format is Format.HTML


def test_chinese_with_a_control_character_around_each_field_is_text() -> None:
    """LibreOffice marks form fields so in the pages that it saves."""
    page = PAGE.format(meta="<meta charset=utf-8>") + "<p>\x04本机关不掌握相关政府信息\x05</p>" * 60
    assert detect(page.encode(), "a.html").format is Format.HTML
    with pytest.raises(Refusal):
        detect(b"ab\x04\x05" * 500, "a.bin")


#: Declarations, plain and not, and what only looks like one.
_SAID = (
    '<meta charset="{}">',
    "<meta charset={}>",
    "<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset={}'>",
    '<meta http-equiv=Content-Type content="text/html; charset={}">',
    '<meta name="keywords" content="charset {}">',
    '<?xml version="1.0" encoding="{}"?>',
    "<p>charset={}</p>",
    '<meta name="x" ',
    "<!-- encoding {} -->",
    '<meta charset="{}"/ >',
    '<script charset="{}"></script>',
    "\n",
)


@pytest.mark.parametrize("seed", range(20))
def test_a_plain_declaration_is_what_beautifulsoup_takes_for_one(seed):
    drawn = random.Random(seed)
    for _ in range(100):
        said = drawn.choices(_SAID, k=drawn.randint(1, 4))
        names = drawn.choices(("utf-8", "GBK", "gb2312", "UTF-16", "big5", "x"), k=len(said))
        source = "".join(map(str.format, said, names)).encode()
        theirs = EncodingDetector.find_declared_encoding(
            source, is_html=True, search_entire_document=True
        )
        assert declared_encoding(source) == (theirs or ""), source
