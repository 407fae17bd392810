"""A number and its format: what a person sees in the cell."""

from __future__ import annotations

import pytest

from tasks.read.workbook.looks import BUILT_IN
from tasks.read.workbook.shown import show, show_text


@pytest.mark.parametrize(
    ("number", "code", "text", "says_so"),
    [
        # the number itself
        ("12", "General", "12", True),
        ("3.0", "General", "3", True),
        ("96171.600000000006", "General", "96171.6", True),
        ("0.30000000000000004", "General", "0.3", True),
        ("1e+3", "General", "1000", True),
        ("-4", "General", "-4", True),
        ("5", "G/通用格式", "5", True),
        ('12', 'General"件"', "12件", True),
        ("1234567", "#,##0", "1,234,567", True),
        ("12", "0_ ", "12", True),
        ("7", "000", "007", True),
        ("1690.23", "#,##0.00", "1,690.23", True),
        ("0.092", "0.###", "0.092", True),
        ("12", "0.##", "12.", True),
        ("1690.5", '#,##0.00"万元"', "1,690.50万元", False),
        ("123456", "[$￥-804]#,##0", "￥123,456", True),
        ("123456", BUILT_IN[3], "123,456", True),
        ("0", BUILT_IN[41], "-", True),
        ("0", "0;-0;;@", "", True),
        ("0", "#", "", True),
        ("15", "[DBNum1]0", "15", True),
        ("15", "[Red][<100]0;0", "15", True),
        ("-21", "0_);[Red](0)", "(21)", True),
        ("-21", "0;0", "21", False),
        # another number than the one that is stored
        ("12.6", "0", "13", False),
        ("2.5", "0", "3", False),
        ("1690.234", "0.00", "1690.23", False),
        ("12345", "0,", "12", False),
        ("12000", "0,", "12", False),
        ("1234567", '0!.0,"万"', "123.5万", False),
        ("1230000", '0!.0,"万"', "123.0万", True),
        ("1230000", r'0\.0,"万"', "123.0万", True),
        ("0.12", "0%", "12%", True),
        ("0.125", "0%", "13%", False),
        ("12", ";;;", "", False),
        ("12", '"保密"', "保密", False),
    ],
)  # fmt: skip
def test_what_is_seen_of_a_number(number: str, code: str, text: str, says_so: bool) -> None:
    shown = show(number, code)
    assert shown is not None
    assert (shown.text, shown.says_so) == (text, says_so)


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        ("45306", BUILT_IN[14], "2024/1/15"),
        ("45306", 'yyyy"年"m"月"d"日";@', "2024年1月15日"),
        ("45306.5", "yyyy-mm-dd hh:mm:ss", "2024-01-15 12:00:00"),
        ("45306.75", "上午/下午h:mm", "下午6:00"),
        ("45306", "aaaa", "星期一"),
        ("59", "yyyy/m/d", "1900/2/28"),
        ("61", "yyyy/m/d", "1900/3/1"),
    ],
)
def test_what_is_seen_of_a_date(number: str, code: str, text: str) -> None:
    shown = show(number, code)
    assert shown is not None
    assert shown.text == text


def test_days_that_count_from_1904() -> None:
    shown = show("0", "yyyy/m/d", from_1904=True)
    assert shown is not None
    assert shown.text == "1904/1/1"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("12", "# ?/?"), ("12", "0.00E+00"), ("12", "[h]:mm"), ("12", "0.0.0"), ("12", "?" * 300),
        ("-3", "yyyy"), ("9999999999", "yyyy"), ("x", "0"), ("inf", "0"), ("1e300", "0"),
        ("5", "[>10]0;[<3]0"), ("5", "[=<3]0"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_not_told(number: str, code: str) -> None:
    assert show(number, code) is None


@pytest.mark.parametrize(
    ("text", "code", "seen"),
    [
        ("规章", "General", "规章"),
        ("规章", "@", "规章"),
        ("规章", "0;0;0;", ""),
        ("12", '0;0;0;@"件"', "12件"),
        ("12", "0.00", "12"),
        ("12", ";;;", ""),
    ],
)
def test_what_is_seen_of_a_text(text: str, code: str, seen: str) -> None:
    assert show_text(text, code) == seen


@pytest.mark.parametrize("number", range(59))
def test_each_built_in_format_shows_a_number_or_says_that_it_does_not(number: int) -> None:
    shown = show("12", BUILT_IN.get(number, "?"))
    assert shown is None or shown.text
