"""The text of a cell: which figure it says, and when it says none for certain."""

from decimal import Decimal

import pytest

from tasks.model.report import Kind
from tasks.says.amounts import Amount, is_bare_change, looks_like_value, text_to_amount

NUMBER = Kind.NUMBER


def number(value, unit=None, note=None) -> Amount:
    return Amount(kind=NUMBER, value=value, unit=unit, note=note)


@pytest.mark.parametrize("text", ["", " ", "\n", "\u3000", "\u00a0", "\u200b", " \t\u3000\n"])
def test_nothing_is_blank(text):
    assert text_to_amount(text) == Amount(kind=Kind.BLANK)


@pytest.mark.parametrize(
    "text", ["/", "-", "—", "——", "－", "―", "–", "−", "\\", "／", "无", "— —", " / ", "----", "無"]
)
def test_a_dash_is_a_dash(text):
    assert text_to_amount(text) == Amount(kind=Kind.DASH)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", number(0)),
        ("12", number(12)),
        (" 12\n", number(12)),
        ("１２", number(12)),
        ("1,234", number(1234)),
        ("1，234", number(1234)),
        ("12,345,678", number(12345678)),
        ("+5", number(5)),
        ("3.0", number(3)),
        ("12。", number(12)),
        ("5件", number(5, unit="件")),
        ("5 件", number(5, unit="件")),
        ("3人次", number(3, unit="人次")),
        ("1宗", number(1, unit="宗")),
        ("22（其中修订16件）", number(22, note="其中修订16件")),
        ("22(其中修订16件)", number(22, note="其中修订16件")),
        ("55（含自然失效29件）", number(55, note="含自然失效29件")),
        ("22件（其中修订16件）", number(22, unit="件", note="其中修订16件")),
        ("22\n（其中修订16件）", number(22, note="其中修订16件")),
        ("十二", number(12)),
        ("二十", number(20)),
        ("一百零五", number(105)),
        ("三千二百一十", number(3210)),
        ("二万三千", number(23000)),
        ("二〇", number(20)),
        ("零", number(0)),
        ("叁", number(3)),
        ("壹", number(1)),
        ("叁拾贰件", number(32, unit="件")),
        ("貳佰零伍", number(205)),
        ("两", number(2)),
        ("五件", number(5, unit="件")),
        ("5（件）", number(5, unit="件")),
        ("8項", number(8, unit="项")),
        ("3户次", number(3, unit="户次")),
        ("2批次", number(2, unit="批次")),
        ("999999999999999999", number(999999999999999999)),
        ("一件", number(1, unit="件")),
        ("5、", number(5)),
    ],
)
def test_counts(text, expected):
    assert text_to_amount(text) == expected


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1690.23", "1690.23", None),
        ("96171.6", "96171.6", None),
        ("0.092", "0.092", None),
        (".5", "0.5", None),
        ("1.50", "1.50", None),
        ("1,234.50", "1234.50", None),
        ("251000元", 251000, "元"),
        ("712.187895万元", "712.187895", "万元"),
        ("3.2亿元", "3.2", "亿元"),
        ("8040", 8040, None),
        ("0.0", "0.0", None),
        ("1873.640125万", "1873.640125", "万"),
        ("1873.64 万", "1873.64", "万"),
        ("12萬", 12, "万"),
        ("1.2亿", "1.2", "亿"),
        ("12.5（万元）", "12.5", "万元"),
        ("12.5（单位：万元）", "12.5", "万元"),
        ("十二万元", 12, "万元"),
        ("二万三千元", 23000, "元"),
        ("十二亿", 12, "亿"),
    ],
)
def test_amounts_of_money_stand_exactly_as_written(text, value, unit):
    found = text_to_amount(text, decimal=True)

    assert found.kind is NUMBER
    assert str(found.value) == str(value)
    assert isinstance(found.value, int if isinstance(value, int) else Decimal)
    assert found.unit == unit


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("+21", 21),
        ("-35", -35),
        ("－35", -35),
        ("增72", 72),
        ("增加5", 5),
        ("增加了5", 5),
        ("增 5 项", 5),
        ("减3", -3),
        ("减少3", -3),
        ("减少3项", -3),
        ("↑4", 4),
        ("↓4", -4),
        ("0/0", 0),
        ("+(0) -(0)", 0),
        ("+(3) -(0)", 3),
        ("+（0） -（2）", -2),
        ("3/0", 3),
        ("0/3", -3),
        ("增3/减0", 3),
        ("增0减2", -2),
        ("持平", 0),
        ("增长12", 12),
        ("下降了4", -4),
        ("减：3", -3),
        ("5（减）", -5),
        ("5件（减少）", -5),
        ("5↓", -5),
        ("5 增", 5),
        ("-5（减少）", -5),
        ("5（增8减3）", 5),
        ("0", 0),
        ("7", 7),
    ],
)
def test_changes_are_signed_and_written_freely(text, value):
    found = text_to_amount(text, change=True)

    assert (found.kind, found.value) == (NUMBER, value)


@pytest.mark.parametrize(
    "text",
    [
        "增",
        "减",
        "增 ",
        "增加",
        "减少",
        "增/减",
        "增减",
        "＋",
        "+",
        "±",
        "↑",
        "减 项",
        "增（ ）",
        "增__",
    ],
)
def test_more_or_less_without_a_figure(text):
    assert is_bare_change(text)
    assert text_to_amount(text, change=True) == Amount(kind=Kind.UNREADABLE)


@pytest.mark.parametrize("text", ["", "-", "/", "增5", "本年增/减", "增长", "增减情况", "0", "5↓"])
def test_no_bare_change(text):
    assert not is_bare_change(text)


@pytest.mark.parametrize(
    "text",
    ["增", "减", "增/减", "3/2", "增3减2", "+-3", "增加", "±5", "5（较上年减少）", "5（其中减2）"],
)
def test_changes_that_say_no_one_figure_are_unreadable(text):
    assert text_to_amount(text, change=True) == Amount(kind=Kind.UNREADABLE)


@pytest.mark.parametrize(
    "text",
    [
        "007",
        "00",
        "1 2",
        "1\n2",
        "12 34",
        "12,34",
        "1,23,456",
        "1.2.3",
        "-3",
        "2.5",
        "5%",
        "3~5",
        "约5",
        "1O",
        "l2",
        "5件3件",
        "（3）",
        "见附件",
        "不详",
        "一",
        "十十",
        "一二百",
        "0x10",
        "1e5",
        "NaN",
        "1234567890123456789",
        "？",
        "*",
        "12*",
        "3万",
        "1.2亿",
        "12亿",
        "百万元件",
    ],
)
def test_what_could_be_another_figure_is_unreadable(text):
    assert text_to_amount(text) == Amount(kind=Kind.UNREADABLE)


@pytest.mark.parametrize(
    "text",
    [
        "15①",
        "15¹",
        "15²",
        "12(3)",
        "22（其中修订16件）5",
    ],
)
def test_a_mark_or_a_second_figure_is_no_part_of_the_figure(text):
    """`15①` may be 15 with a note, never 151."""
    found = text_to_amount(text)

    assert found.kind is Kind.UNREADABLE or (found.value == 15 and text.startswith("15"))


def test_figures_that_could_be_read_and_are_not():
    assert text_to_amount("一万二千") == number(12000)
    assert text_to_amount("− 35", change=True) == number(-35)


def test_a_fraction_of_a_document_is_unreadable_and_of_money_is_not():
    assert text_to_amount("2.5").kind is Kind.UNREADABLE
    assert text_to_amount("2.5", decimal=True).value == Decimal("2.5")


@pytest.mark.parametrize(
    "text",
    ["0", "12", "/", "—", "1,234", "251000元", "22（其中修订16件）", "+21", "增72", "0/0",
     "+(0) -(0)", "1 0 0", "十二", "无", "0.092"],
)  # fmt: skip
def test_what_looks_like_a_figure(text):
    assert looks_like_value(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "规章", "总计", "1.属于国家秘密", "3.其他", "（一）予以公开", "三、", "1、",
     "一、本年新收政府信息公开申请数量", "第二十条第（一）项",
     "三类内部事务信息", "本年增/减", "2023年", "自然人", "万", "万元", "亿"],
)  # fmt: skip
def test_what_looks_like_none(text):
    assert not looks_like_value(text)


@pytest.mark.parametrize("text", ["增{}", "{}/0", "0/减{}", "{}", "{}件", "-{}"])
@pytest.mark.parametrize("figure", ["1" * 19, "1" * 5000, "一" * 5000, "一万" * 5000])
def test_what_is_too_long_for_a_figure_is_unreadable(text, figure):
    assert text_to_amount(text.format(figure), change=True).kind is Kind.UNREADABLE
