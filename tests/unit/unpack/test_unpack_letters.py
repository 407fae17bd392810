"""Mail: what is attached, what is only shown, and when the letter itself is the report."""

from __future__ import annotations

import base64
import email.message

import pytest

from samples.archives import mailed, saved, zipped
from samples.report import make_report
from samples.styles import render
from tasks.detect import detect
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.unpack import Member, unpack

REPORT = render(make_report(3, year=2023), Format.HTML, "cms")
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20)
HEAD = (
    b"From: a@example.org\r\nTo: b@example.org\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: %s; boundary="=_p"\r\n\r\n'
)


def members(source: bytes) -> list[Member]:
    found = detect(source, "a.eml")
    assert found.format is Format.MAIL
    return list(unpack(source, found))


def contents(source: bytes) -> dict[str, object]:
    return {one.name: one.content for one in members(source)}


def letter(*parts: bytes, kind: bytes = b"multipart/mixed") -> bytes:
    return HEAD % kind + b"".join(b"--=_p\r\n" + one + b"\r\n" for one in parts) + b"--=_p--\r\n"


def part(headers: str, body: bytes) -> bytes:
    encoded = base64.encodebytes(body).replace(b"\n", b"\r\n")
    return f"{headers}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode("gb18030") + encoded


ATTACHED = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf"


# The letter itself.


def test_a_letter_that_is_the_report_is_its_member() -> None:
    (only,) = members(mailed([], body=REPORT).replace(b"text/plain", b"text/html"))
    assert only.name == "正文.html"
    assert isinstance(only.content, bytes)
    alone = examine(REPORT, "a.html")
    found = examine(only.content, only.name)
    assert found.report == alone.report
    assert found.report is not None


def test_a_letter_about_what_is_attached_is_none() -> None:
    assert list(contents(mailed([("年报.pdf", b"%PDF-1.4")]))) == ["年报.pdf"]


def test_a_letter_that_holds_the_tables_is_one_beside_its_attachments() -> None:
    source = letter(part("Content-Type: text/html; charset=utf-8", REPORT), part(ATTACHED, b"x"))
    assert list(contents(source)) == ["正文.html", "a.pdf"]


def test_a_plain_letter_with_rows_of_a_table_is_one() -> None:
    rows = "政府信息公开年度报告\r\n" + "规章\t0\t1\r\n" * 3
    source = letter(part("Content-Type: text/plain; charset=utf-8", rows.encode()),
                    part(ATTACHED, b"x"))  # fmt: skip
    assert list(contents(source)) == ["正文.txt", "a.pdf"]


def test_of_a_page_and_the_same_as_plain_text_the_page_counts() -> None:
    source = letter(
        part("Content-Type: text/plain", b"0"),
        part("Content-Type: text/html", REPORT),
        kind=b"multipart/alternative",
    )
    assert list(contents(source)) == ["正文.html"]


@pytest.mark.parametrize("charset", ["big5", "gb2312", "utf-8", "", "no-such-charset"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_the_text_is_read_whatever_its_header_says(charset: str, codec: str) -> None:
    said = f"; charset={charset}" if charset else ""
    text = "<p>政府信息公开工作年度报告，本年新收政府信息公开申请数量为零件。</p>"
    (only,) = members(letter(part(f"Content-Type: text/html{said}", text.encode(codec))))
    assert isinstance(only.content, bytes)
    found = examine(only.content, only.name)
    assert [one.text for one in found.document.paragraphs()] == [text[3:-4]]


def test_a_charset_that_only_the_header_tells_goes_with_the_text() -> None:
    """Seven bits: no look at the bytes alone would find it."""
    text = "政府信息公开"
    body = f"<p>{text}</p>".encode("utf-16-le")
    (only,) = members(letter(part("Content-Type: text/html; charset=utf-16le", body)))
    assert isinstance(only.content, bytes)
    assert text in "".join(
        one.text for one in examine(only.content, only.name).document.paragraphs()
    )


# What is attached, and what is only shown.


@pytest.mark.parametrize("kind", [b"multipart/related", b"multipart/mixed"])
def test_pictures_that_the_letter_shows_are_no_members(kind: bytes) -> None:
    source = letter(
        part("Content-Type: text/html", b'<p>a</p><img src="cid:one@a">'),
        part('Content-Type: image/png; name="logo.png"\r\nContent-ID: <one@a>', PICTURE),
        part(ATTACHED, b"x"),
        kind=kind,
    )
    assert list(contents(source)) == ["a.pdf"]


def test_pictures_that_are_attached_are_members() -> None:
    source = letter(
        part("Content-Type: text/plain", b"a"),
        part('Content-Type: image/png; name="扫描1.png"', PICTURE),
        part("Content-Type: image/png\r\nContent-Disposition: attachment; filename=b.png", PICTURE),
    )
    assert list(contents(source)) == ["扫描1.png", "b.png"]


def test_a_signature_is_none() -> None:
    source = letter(
        part("Content-Type: text/plain", b"0 1"),
        part("Content-Type: application/pkcs7-signature; name=smime.p7s", b"x"),
        kind=b"multipart/signed",
    )
    assert list(contents(source)) == ["正文.txt"]


@pytest.mark.parametrize(
    "head",
    [
        HEAD % b"multipart/encrypted",
        HEAD % b'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
    ],
)
def test_an_encrypted_letter_is_refused(head: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        members(head + b"--=_p\r\n\r\nx\r\n--=_p--\r\n")
    assert refused.value.code is RefusalCode.ENCRYPTED


def test_only_the_file_name_of_a_path_counts() -> None:
    """As programs of old told where the file lay on their machine."""
    said = r'Content-Type: application/pdf; name="C:\My Documents\年报.pdf"'
    assert list(contents(letter(part(said, b"x")))) == ["年报.pdf"]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("filename*=gb2312''%C4%EA%B1%A8.doc", "年报.doc"),
        ("filename*=gb2312''%88%46.doc", b"\x88\x46.doc".decode("gbk")),
        ("filename*0*=utf-8''%E5%B9%B4;\r\n filename*1*=%E6%8A%A5.doc", "年报.doc"),
        ('filename="=?gb2312?B?xOqxqC5kb2M=?="', "年报.doc"),
        ('filename="=?utf-8?B?5bm0?=\r\n =?utf-8?B?5oqlLmRvYw==?="', "年报.doc"),
        # a character cut between two words
        ('filename="=?utf-8?B?5bm05oo=?= =?utf-8?B?pS5kb2M=?="', "年报.doc"),
        ('filename="=?utf-8?Q?=E5=B9=B4=E6=8A=A5=2Edoc?="', "年报.doc"),
        ('filename="%E5%B9%B4%E6%8A%A5.doc"', "年报.doc"),
        ('filename="100%.doc"', "100%.doc"),
        ("filename=年报.doc", "年报.doc"),
        ('filename="=?no-such?B?xOqxqC5kb2M=?="', "年报.doc"),
        ('filename="=?utf-8?B?***?="', "附件.doc"),
    ],
)
def test_names_of_attachments(said: str, name: str) -> None:
    headers = f"Content-Type: application/msword\r\nContent-Disposition: attachment; {said}"
    assert list(contents(letter(part(headers, b"x")))) == [name]


def test_without_a_name_the_kind_gives_the_ending() -> None:
    source = letter(part("Content-Type: application/pdf", b"x"), part("Content-Type: a/b", b"y"))
    assert list(contents(source)) == ["附件.pdf", "附件"]


@pytest.mark.parametrize(
    ("how", "body"),
    [
        ("base64", b"!!5bm0\r\n>5oql==\r\n-- \r\n"),
        ("BASE64", b"5bm05oql"),
        ("base64;", b"5bm0\xff5oql"),
        ("binary", "年报".encode()),
        ("quoted-printable", b"=E5=B9=B4=\r\n=E6=8A=A5"),
        ("8bit", "年报".encode()),
        ("x-uuencode", b"begin 644 a\r\n&Y;FTYHJE\r\n`\r\nend\r\n"),
    ],
)
def test_encodings_of_attachments(how: str, body: bytes) -> None:
    headers = f"{ATTACHED}\r\nContent-Transfer-Encoding: {how}\r\n\r\n".encode()
    assert contents(letter(headers + body)) == {"a.pdf": "年报".encode()}


# Letters in letters.


def test_a_letter_that_is_attached_is_opened() -> None:
    inner = mailed([("年报.docx", b"x")])
    forwarded = letter(b"Content-Type: message/rfc822\r\n\r\n" + inner)
    assert contents(forwarded) == {"年报.eml!年报.docx": b"x"}


def test_so_is_one_that_was_encoded_like_any_file() -> None:
    inner = mailed([("年报.docx", b"x")])
    assert contents(letter(part("Content-Type: message/rfc822; name=来信.eml", inner))) == {
        "来信.eml!年报.docx": b"x"
    }
    assert contents(mailed([("来信.eml", inner)])) == {"来信.eml!年报.docx": b"x"}


def test_what_is_within_a_letter_within_is_opened_too() -> None:
    inner = zipped([("年报.docx", b"x")])
    assert contents(mailed([("a.eml", mailed([("b.zip", inner)]))])) == {
        "a.eml!b.zip!年报.docx": b"x"
    }


# A page with documents attached.


def test_a_page_keeps_what_it_is_drawn_with() -> None:
    """A style sheet may hide a row: without it the figures would be others."""
    page = b'<html><head><link rel=stylesheet href="http://example.org/a.css"></head><body>'
    page += "<p>政府信息公开</p><p class=h>0</p></body></html>".encode()
    sheet = part("Content-Type: text/css\r\nContent-Location: http://example.org/a.css",
                 b".h{display:none}")  # fmt: skip
    whole = saved(page, [("年报.pdf", b"%PDF-1.4")])
    end = whole.rindex(b"--=_part--")
    found = contents(whole[:end] + b"--=_part\r\n" + sheet + whole[end:])
    assert list(found) == ["正文.mht", "年报.pdf"]
    body = found["正文.mht"]
    assert isinstance(body, bytes)
    assert detect(body, "a").format is Format.HTML
    assert [one.text for one in examine(body, "a").document.paragraphs()] == ["政府信息公开"]


# Odd corners.


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Type: multipart/mixed",
        "Content-Type: multipart/mixed; boundary",
        "Content-Type: ; boundary=",
        "Content-Type: text/plain; charset*=utf-8'%",
        "Content-Disposition: attachment; filename*=''",
        "Content-Disposition: attachment; filename*1=a; filename*3*=b",
        "Content-Type: message/rfc822",
        "Content-Type: message/partial; id=a; number=1",
        "Content-Type: message/external-body; access-type=local-file; name=/etc/passwd",
        "Content-Type: message/delivery-status",
        "Content-ID: <\x80>\r\nContent-Type: image/png",
    ],
)
def test_broken_headers_lose_nothing_else(headers: str) -> None:
    source = letter(part(headers, b"0"), part(ATTACHED, b"x"))
    assert contents(source)["a.pdf"] == b"x"


def test_as_the_library_of_python_writes_it() -> None:
    made = email.message.EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "年报"
    made.set_content("附件为年度报告。")
    made.add_attachment(b"x", maintype="application", subtype="pdf", filename="云岭县年报.pdf")
    assert contents(made.as_bytes()) == {"云岭县年报.pdf": b"x"}
