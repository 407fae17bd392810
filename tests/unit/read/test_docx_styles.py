"""Styles that are parsed when they are asked for are those of the whole part."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from lxml import etree

from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.numbering import W
from tasks.read.styles import Styles

ROOT = f'<?xml version="1.0"?>\n<w:styles xmlns:w="{W[1:-1]}">'
PLAIN = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:styleId="b" w:type="paragraph"><w:basedOn w:val="a"/><w:rPr><w:vanish/></w:rPr>'
    "</w:style>"
)


def usual_part() -> bytes:
    """What python-docx gives to every document."""
    saved = BytesIO()
    docx.Document().save(saved)
    return ZipFile(saved).read("word/styles.xml")


def whole(source: bytes) -> Styles:
    """The same part, with a remark in it, for which it is not cut."""
    return Styles(source.replace(b"</w:styles>", b"<!-- --></w:styles>"))


def told(element: etree._Element | None) -> bytes:
    return b"" if element is None else etree.tostring(element, method="c14n", with_tail=False)


def same(one: Styles, other: Styles, ids: list[str]) -> None:
    assert one.usual == other.usual
    assert told(one.defaults) == told(other.defaults)
    for id in (*ids, "nobody's"):
        assert (id in one) == (id in other)
        assert told(one.get(id)) == told(other.get(id))


@pytest.mark.parametrize(
    "inside",
    [
        PLAIN,
        PLAIN + '<w:style w:type="table" w:styleId="c"/>' + PLAIN.replace('"b"', '"d"'),
        PLAIN + "<w:style w:type='table' w:styleId='c'><w:rPr/></w:style>",
        PLAIN + '<w:style w:type="table" w:styleId="c&amp;d"><w:rPr/></w:style>',
        PLAIN + '<w:style\nw:type="table" w:styleId="c"><w:rPr/></w:style>',
        PLAIN + '<w:style w:type="table"><w:rPr/></w:style>',
        PLAIN + PLAIN.replace('"a"', '"b"'),
        PLAIN + "<!-- <w:style w:styleId='c'></w:style> -->",
        PLAIN + "<w:latentStyles/>",
        '<x:style xmlns:x="y" w:styleId="c"/>' + PLAIN,
        "",
    ],
)
def test_styles_are_those_of_the_whole_part(inside: str) -> None:
    source = f"{ROOT}{inside}</w:styles>".encode()
    same(Styles(source), whole(source), ["a", "b", "c", "c&d", "d", ""])


def test_the_usual_styles_are_those_of_the_whole_part() -> None:
    source = usual_part()
    all_of = etree.fromstring(source).iterfind(f"{W}style")
    ids = [style.get(f"{W}styleId", "") for style in all_of]
    assert len(ids) > 100
    same(Styles(source), whole(source), ids)


def test_a_style_that_is_not_well_formed_is_a_damaged_document() -> None:
    broken = PLAIN.replace("<w:vanish/>", "<w:vanish>")
    styles = Styles(f"{ROOT}{broken}</w:styles>".encode())
    assert styles.get("a") is not None
    with pytest.raises(Refusal) as refusal:
        styles.get("b")
    assert refusal.value.code is RefusalCode.CORRUPT


def test_no_styles_are_no_fault() -> None:
    assert "" not in Styles(None)
    assert Styles(None).get("a") is None
