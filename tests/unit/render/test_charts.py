"""Charts: well-formed, nothing but classes and attributes, nothing over another, all escaped."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tasks.render.charts import WIDTH, Bar, Group, bars, columns, cut, figure, share, stacked, width

_CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(not _CHROMIUM, reason="Chromium is not installed")

SVG = "{http://www.w3.org/2000/svg}"
LONG = "要求行政机关确认或重新出具已获取信息的申请数量之和与总计不相符"
SERIES = ("新收 new", "办理 processed", "予以公开 granted")
TEXTS = st.text(max_size=40)
AMOUNTS = st.integers(0, 10**24) | st.decimals(
    min_value=0, max_value=10**12, places=4, allow_nan=False
)


def parsed(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode(), etree.XMLParser(resolve_entities=False))


def some_bars(n: int, top: int = 6) -> list[Bar]:
    return [
        Bar(label=LONG[: 3 + 7 * number % 30] + f" {number}", value=7 * 10 ** (number % top))
        for number in range(n)
    ]


def some_groups(n: int, top: int = 6, label: str = "{}") -> list[Group]:
    return [
        Group(
            label=label.format(2025 - n + number + 1),
            values=(10 ** (number % top), 3 * number, None if number % 4 == 1 else 20),
        )
        for number in range(n)
    ]


def allowed(svg: str) -> etree._Element:
    root = parsed(svg)
    assert root.get("role") == "img"
    title, desc = root[0], root[1]
    assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    for element in root.iter():
        assert element.tag in {
            f"{SVG}{name}" for name in ("svg", "g", "rect", "line", "text", "title", "desc")
        }
        assert not {name for name in element.attrib if name == "style" or name.startswith("on")}
        assert not {"fill", "stroke"} & set(element.attrib)
    return root


@given(st.lists(st.tuples(TEXTS, AMOUNTS), max_size=20), TEXTS)
def test_bars_of_any_text_are_well_formed(given_: list[tuple[str, Decimal]], title: str) -> None:
    items = [Bar(label=label, value=value) for label, value in given_]
    for draw in (bars, stacked):
        root = allowed(draw(items, id="a", title=title))
        for rect in root.iter(f"{SVG}rect"):
            x, wide = float(rect.get("x", "")), float(rect.get("width", ""))
            assert x >= 0
            assert x + wide <= WIDTH + 0.2


@given(st.lists(st.tuples(TEXTS, st.none() | AMOUNTS, AMOUNTS), max_size=20), TEXTS)
def test_columns_of_any_text_are_well_formed(
    given_: list[tuple[str, Decimal | None, Decimal]], name: str
) -> None:
    groups = [Group(label=label, values=(one, other)) for label, one, other in given_]
    root = allowed(columns(groups, (name, "b"), id="a", title=name))
    for rect in root.iter(f"{SVG}rect"):
        assert float(rect.get("y", "")) >= 0
        assert float(rect.get("height", "")) >= 0


def test_hostile_texts_are_texts() -> None:
    evil = '</title><script>alert(1)</script>"&\x00'
    svg = bars([Bar(label=evil, value=1)], id='a" onload="x', title=evil)
    assert "<script" not in svg
    assert "alert(1)" in "".join(allowed(svg).itertext())


def test_what_is_no_bar_cannot_be_made() -> None:
    for bad in ({"value": -1}, {"value": 1, "look": 'x" y="'}, {"value": 1, "look": "Red"}):
        with pytest.raises(ValueError, match="no bar"):
            Bar(label="a", **bad)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no columns"):
        Group(label="a", values=(1, -1))


def test_bars_are_as_long_as_their_values() -> None:
    root = parsed(bars([Bar(label="a", value=200), Bar(label="b", value=50)], id="a", title="t"))
    full, quarter = root.findall(f".//{SVG}rect[@class='chart-bar']")
    assert float(full.get("width", "")) == 4 * float(quarter.get("width", ""))


def test_what_is_cut_stands_in_its_title() -> None:
    root = parsed(bars([Bar(label=LONG, value=1234567)], id="a", title="t"))
    (label,) = root.findall(f".//{SVG}text[@class='chart-text']")
    assert (label.text or "").endswith("…")
    assert f"{LONG}：1,234,567" in [one.text for one in root.iter(f"{SVG}title")]


def test_parts_fill_their_bar_and_a_little_is_seen() -> None:
    parts = [
        Bar(label="a", value=1, look="error"), Bar(label="b", value=10**6), Bar(label="c", value=0),
    ]  # fmt: skip
    root = parsed(stacked(parts, id="a", title="t"))
    track, little, much, *legend = root.findall(f".//{SVG}rect")
    assert len(legend) == 3
    assert float(little.get("width", "")) >= 2
    together = float(little.get("width", "")) + float(much.get("width", ""))
    assert together == pytest.approx(float(track.get("width", "")), abs=0.2)
    assert little.get("class") == "chart-bar chart-error"


def test_no_figure_is_no_column_and_no_zero() -> None:
    groups = [Group(label="2022", values=(3, None)), Group(label="2023", values=(0, 2))]
    root = parsed(columns(groups, ("a", "b"), id="a", title="t"))
    told = [one.text for one in root.findall(f".//{SVG}rect/{SVG}title")]
    assert told == ["2022 a：3", "2023 a：0", "2023 b：2"]


def test_of_nothing_it_says_so() -> None:
    for svg in (bars([], id="a", title="t"), stacked([], id="a", title="t"),
                columns([], ("a",), id="a", title="t")):  # fmt: skip
        assert "没有数据" in "".join(allowed(svg).itertext())


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (1234, "1,234"), (Decimal("1690.23"), "1,690.23"), (Decimal("1E+3"), "1,000"),
     (10**30, "1.00e+30")],
)  # fmt: skip
def test_figures(value: int | Decimal, said: str) -> None:
    assert figure(value) == said


@pytest.mark.parametrize(
    ("value", "total", "said"),
    [(0, 3, "0%"), (0, 0, "0%"), (1, 3, "33.3%"), (3, 3, "100%"), (1, 10**6, "<0.1%"),
     (10**6 - 1, 10**6, "99.9%")],
)  # fmt: skip
def test_shares(value: int, total: int, said: str) -> None:
    assert share(value, total) == said


@given(TEXTS, st.integers(30, 400))
def test_what_is_cut_fits(text: str, wide: int) -> None:
    said = cut(text, wide, 13)
    assert width(said, 13) <= wide
    assert said == " ".join(text.split()) or said.endswith("…")


# As a browser draws them

_MEET = """
<script>
const texts = [...document.querySelectorAll("text")].map(one => [one, one.getBoundingClientRect()]);
const bad = [];
for (const [one, a] of texts) {
  const svg = one.closest("svg"), box = svg.getBoundingClientRect();
  if (a.left < box.left - 1 || a.right > box.right + 1 || a.bottom > box.bottom + 1 || a.top < box.top - 1)
    bad.push("outside: " + one.lastChild.data);
  for (const [other, b] of texts)
    if (one !== other && svg === other.closest("svg") && a.left < b.right - 1 && b.left < a.right - 1
        && a.top < b.bottom - 4 && b.top < a.bottom - 4)
      bad.push(one.lastChild.data + " | " + other.lastChild.data);
}
document.body.textContent = "FOUND" + JSON.stringify({bad, texts: texts.length}) + "END";
</script>"""  # noqa: E501
_LOOK = (
    "<!doctype html><meta charset=utf-8><style>body{margin:0;font-family:sans-serif}"
    "svg{display:block}.chart-bar{fill:#4472a8}.chart-track{fill:#eee}</style>"
)


def chromium(folder: Path, page: str, *options: str) -> str:
    file = folder / "a.html"
    file.write_text(_LOOK + page, encoding="utf-8")
    command = [
        str(_CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        f"--user-data-dir={folder}/profile", "--window-size=360,1400", *options, file.as_uri(),
    ]  # fmt: skip
    return subprocess.run(
        command, check=True, capture_output=True, timeout=120, encoding="utf-8"
    ).stdout


def charts(numbers: Sequence[int]) -> str:
    return "".join(
        bars(some_bars(n), id=f"a{n}", title="t")
        + stacked(some_bars(n, top=9), id=f"b{n}", title="t")
        + columns(some_groups(n, top=7), SERIES, id=f"c{n}", title="t")
        + columns(some_groups(n, 2), SERIES[:1] * 3, id=f"d{n}", title="t")
        + columns(
            some_groups(n, label="淮安市洪泽区{}年度"), (LONG, *SERIES[1:]), id=f"e{n}", title="t"
        )
        for n in numbers
    )


@pytest.mark.slow
@needs_chromium
def test_no_text_meets_another_or_leaves_its_chart(tmp_path: Path) -> None:
    said = chromium(tmp_path, charts(range(1, 21)) + _MEET, "--dump-dom")
    found = re.search(r"FOUND(.*)END", said)
    assert found is not None
    told = json.loads(found[1])
    assert told["bad"] == []
    assert told["texts"] > 1000


@pytest.mark.slow
@needs_chromium
def test_a_browser_draws_one(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    chromium(tmp_path, charts([6]), f"--screenshot={picture}")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 10_000
