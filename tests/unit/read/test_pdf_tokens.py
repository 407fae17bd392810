"""What is told at once is what pdfminer makes of the same bytes, or nothing is told.

Bytes are drawn from pieces that programs write, and from what breaks them, set one after the
other with and without white between.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pdfminer.cmapdb import CMapParser, FileUnicodeMap
from pdfminer.pdffont import Type1FontHeaderParser
from pdfminer.pdfinterp import PDFContentParser
from pdfminer.pdfparser import PDFParser, PDFStreamParser
from pdfminer.pdftypes import PDFObjRef, PDFStream
from pdfminer.psparser import PSEOF, PSKeyword, PSLiteral

from tasks.read.pdf.content import OPERATORS, Operator, contents_to_program
from tasks.read.pdf.headers import header_to_texts
from tasks.read.pdf.interpreter import Interpreter
from tasks.read.pdf.maps import source_to_map
from tasks.read.pdf.objects import IN_STREAM, WORDS
from tasks.read.pdf.tokens import Nested, Unknown

PLAIN = [
    b"0", b"12", b"-3", b"+4", b"1.5", b"-.25", b"7.", b"0.00001", b"/F1", b"/Fm#20a", b"/",
    b"(ab)", b"(a\\)b\\\\)", b"(\\101\\7\\n)", b"<0041>", b"< 00 4 1>", b"<>", b"true",
    b"false", b"% to the end\n", b"/A 1", b"/B (x)",
]  # fmt: skip
ODD = [
    b"(a(b)c)", b"(open", b"<0041", b"1.2.3", b"--5", b"-", b".", b"1-2", b"12ab", b"\x00",
    b"[", b"]", b"<<", b">>", b"\\", b"{", b"}", b"/a#", b"/a#4", b"(\\\n)",
    b"(\\\r\n)", b"(\\400)", b"nan", b"inf", b"1_0", b"/\xff", b">", b"<", b")", b"#", b"'x",
    b"<</MCID 0>>>", b"1e5", b"9" * 60, b"(\r\n)", b"<0x>",
]  # fmt: skip
WHITE = [b" ", b"\n", b"\r\n", b"\t", b"\x0b", b"", b"", b" "]
WHOLE = [
    b"[1 (a) -2.5 (b)]",
    b"<</A 1/B[2 3]>>",
    b"<</C<0041>>>",
    b"<</D<</E<0041>>>>>",
    b"<</MCID 3 >>",
]


def soup(*pieces: bytes) -> st.SearchStrategy[bytes]:
    piece = st.sampled_from([*PLAIN, *WHOLE, *pieces]) | st.sampled_from([*WHOLE, *pieces])
    rare = st.sampled_from(ODD)
    drawn = st.integers(0, 19).flatmap(lambda n: rare if n == 0 else piece)
    parts = st.lists(st.tuples(drawn, st.sampled_from(WHITE)), max_size=24)
    return parts.map(lambda pairs: b"".join(one + white for one, white in pairs))


def all_of(parser: Any) -> list[Any]:
    found = []
    try:
        while True:
            found.append(parser.nextobject()[1])
    except PSEOF:
        return found


def plain(thing: Any) -> Any:
    """As it can be compared: with the type of each part, and what references refer to."""
    match thing:
        case Operator():
            return "operator", next(name for name, one in OPERATORS.items() if one is thing)
        case PSKeyword():
            return ("operator", thing.name) if thing.name in OPERATORS else ("word", thing.name)
        case PSLiteral():
            return "name", thing.name
        case PDFObjRef():
            return "reference", thing.objid
        case list():
            return [plain(one) for one in thing]
        case dict():
            return {key: plain(one) for key, one in thing.items()}
    return type(thing), thing


def by_pdfminer(parser: Any) -> list[Any] | None:
    """None where it gives up."""
    try:
        return [plain(one) for one in all_of(parser)]
    except Exception:  # noqa: BLE001 - pdfminer raises anything
        return None


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"(1\8)", b"18"),
        (rb"(\x\(\53)", b"x(+"),
        (b"(a\\\nb)", b"ab"),
        (b"<3>", b"0"),
        (b"<31 3>", b"10"),
    ],
)
def test_texts_are_as_the_standard_has_them(source: bytes, text: bytes) -> None:
    """ISO 32000-1, 7.3.4. pdfminer 20260107 loses a character, or takes 3 for 03."""
    nested = Nested(WORDS)
    nested.read(source)

    assert nested.things == [text]


@given(soup(b"q", b"Q", b"1 0 0 1 2 3 cm", b"(a) Tj", b"f*", b"T*", b"'", b'"', b"BT", b"x", b"BI"))
@settings(max_examples=400)
def test_content_is_told_as_pdfminer_tells_it(source):
    program = contents_to_program([source])
    if program is not None:
        told = by_pdfminer(PDFContentParser([PDFStream({}, source)])) if source.strip() else []
        assert [plain(one) for one in program] == told


@given(soup(b"5 0 R", b"null", b"R", b"[7 0 R null]", b"<</P 3 0 R/N null>>"))
@settings(max_examples=400)
def test_an_object_is_told_as_pdfminer_tells_it(source):
    nested = Nested(WORDS)
    try:
        nested.read(source)
    except Unknown:
        return
    if not nested.is_open and len(nested.things) == 1:
        parser = PDFParser(BytesIO(source + b"\nendobj\n"))
        assert plain(parser.nextobject()[1]) == plain(nested.things[0])


@given(soup(b"5 0 R", b"null", b"[7 0 R null]", b"<</P 3 0 R/N null>>"))
@settings(max_examples=400)
def test_a_stream_of_objects_is_told_as_pdfminer_tells_it(source):
    nested = Nested(IN_STREAM)
    try:
        nested.read(source)
    except Unknown:
        return
    if not nested.is_open and not any(isinstance(one, PDFObjRef) for one in nested.things):
        told = by_pdfminer(PDFStreamParser(source)) if source.strip() else []
        assert [plain(one) for one in nested.things] == told


@given(
    soup(
        b"begincmap",
        b"endcmap",
        b"1 begincodespacerange <00> <FF> endcodespacerange",
        b"2 beginbfchar <01> <0041> <02> <D842DFB7> endbfchar",
        b"beginbfchar",
        b"endbfchar",
        b"1 beginbfrange <10> <14> <4E00> endbfrange",
        b"beginbfrange",
        b"endbfrange",
        b"1 beginbfrange <20> <21> [<0041> <00420043>] endbfrange",
        b"/CMapName /X def",
        b"def",
        b"<03> <00FE>",
        b"<01> <00A0>",
        b"1 beginbfrange <01> <03> <FFFE> endbfrange",
    )
)
@settings(max_examples=400)
def test_a_map_is_told_as_pdfminer_tells_it(source):
    told = source_to_map(source)
    if told is not None:
        by_it = FileUnicodeMap()
        CMapParser(by_it, BytesIO(source)).run()
        assert told.cid2unichr == by_it.cid2unichr


HEAD = b"%!FontType1\n/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\n"


@given(
    soup(
        b"dup 65 /A put",
        b"dup 66/u4E00 put\n",
        b"dup 67 /cid1 put",
        b"dup 68 /.notdef put",
        b"put",
        b"dup 300 /B put",
        b"dup 65 /eacute put",
        b"readonly def",
        b"(a put b)",
        b"(dup 65 /C put)",
        b"% dup 65 /D put\n",
        b"dup",
        b"/u12zz put",
        b"dup 70 /u12zz put",
        b"output",
        b"9 /E put",
        b"{dup 71 /F put}",
        b"dup 72 /G puts",
    ),
    st.booleans(),
)
@example(source=b"(\\400) ", begins=False)
@settings(max_examples=400)
def test_the_head_of_a_font_is_told_as_pdfminer_tells_it(source, begins):
    source = HEAD * begins + source
    texts = header_to_texts(source)
    if texts is not None:
        assert texts == Type1FontHeaderParser(BytesIO(source)).get_encoding()


@pytest.mark.parametrize("source", [b"q 1 0 0 1 5 5 cm /F1 12 Tf [(a) -20 <41>] TJ Q", b"", b"%x"])
def test_what_programs_write_is_told(source):
    assert contents_to_program([source]) is not None


def test_the_head_that_programs_write_is_told():
    assert header_to_texts(HEAD + b"dup 65 /A put\ndup 66 /cid7 put\nreadonly def\n") == {65: "A"}


def test_operators_take_what_pdfminer_gives_them():
    for operator in OPERATORS.values():
        method = getattr(Interpreter, operator.method)
        assert method.__code__.co_argcount - 1 == operator.n_operands, operator


def test_every_operator_of_pdfminer_is_known():
    methods = {name for name in dir(Interpreter) if name.startswith("do_")}
    pictures = {"do_BI", "do_ID", "do_EI"}
    assert {one.method for one in OPERATORS.values()} == methods - pictures
