"""How wide a text is at a terminal, and how it is folded."""

from __future__ import annotations

from random import Random

import pytest

from workers.cli.columns import folded, padded, width


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("表三", 4), ("第 3 页", 7), ("“总计”", 8)]
)
def test_a_chinese_character_takes_two_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def test_padding_is_to_columns() -> None:
    assert padded("表三", 6) == "表三  "


def test_a_short_line_stays() -> None:
    assert folded("  表三 ok", 20) == ["  表三 ok"]


def test_words_stay_whole_and_signs_do_not_begin_a_line() -> None:
    assert folded("one two three", 8) == ["one two", "three"]
    assert folded("甲乙丙，丁", 6) == ["甲乙", "丙，丁"]


def test_brackets_stay_with_what_they_hold() -> None:
    assert folded("数据在 GOUJI_HOME（.gouji）。", 20) == ["数据在 GOUJI_HOME", "（.gouji）。"]
    assert folded("报告（PDF、DOCX）。", 12) == ["报告（PDF、", "DOCX）。"]
    assert folded("甲乙“丙丁”", 6) == ["甲乙", "“丙", "丁”"]


def test_later_lines_are_indented() -> None:
    assert folded("甲乙丙丁", 6, "  ") == ["甲乙丙", "  丁"]


def test_nothing_is_lost_and_no_line_is_too_wide() -> None:
    random = Random(5)
    for _ in range(300):
        text = "".join(
            random.choice("表三，（a b12。）/字 ") for _ in range(random.randint(0, 200))
        )
        columns = random.randint(10, 60)
        lines = folded(text, columns, "    ")
        assert "".join("".join(lines).split()) == "".join(text.split())
        # signs that close may hang over by what they need
        assert all(width(line.rstrip("，。）")) <= columns for line in lines)
