"""The name of an organ -> its region by GB/T 2260, and one key for all its names."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tasks.check.series import follows
from tasks.forms.regions import Level, by_name, full_name, places
from tasks.forms.regions.peoples import short_of_autonomous
from tasks.identify.regions import organ_key, region_of
from tasks.model.report import Region


@pytest.mark.parametrize(
    ("organ", "code", "name", "level"),
    [
        ("江苏省人民政府", "320000", "江苏省", "province"),
        ("淮安市财政局", "320800", "江苏省淮安市", "prefecture"),
        ("淮安市洪泽区财政局", "320813", "江苏省淮安市洪泽区", "county"),
        ("洪泽区财政局", "320813", "江苏省淮安市洪泽区", "county"),
        ("江苏淮安洪泽区财政局", "320813", "江苏省淮安市洪泽区", "county"),
        ("江蘇省淮安市洪澤區財政局", "320813", "江苏省淮安市洪泽区", "county"),
        ("淮安市洪泽区蒋坝镇人民政府", "320813", "江苏省淮安市洪泽区", "township"),
        ("中山市东区街道办事处", "442000", "广东省中山市", "township"),
        ("攀枝花市东区人民政府", "510402", "四川省攀枝花市东区", "county"),
        ("南京市鼓楼区人民政府", "320106", "江苏省南京市鼓楼区", "county"),
        ("国家税务总局淮安市洪泽区税务局", "320813", "江苏省淮安市洪泽区", "county"),
        ("北京市城市管理委员会", "110000", "北京市", "province"),
        ("淮安市市场监督管理局", "320800", "江苏省淮安市", "prefecture"),
        ("淮安市社区教育学院", "320800", "江苏省淮安市", "prefecture"),
        ("淮安市乡村振兴局", "320800", "江苏省淮安市", "prefecture"),
        ("恩施州人民政府", "422800", "湖北省恩施土家族苗族自治州", "prefecture"),
        ("长阳县教育局", "420528", "湖北省宜昌市长阳土家族自治县", "county"),
        ("仙桃市人民政府", "429004", "湖北省仙桃市", "county"),
        ("淮安市经济技术开发区管理委员会", "320800", "江苏省淮安市", None),
    ],
)
def test_the_last_place_of_the_name_decides(
    organ: str, code: str, name: str, level: str | None
) -> None:
    assert region_of(organ, 2023) == Region(code=code, name=name, level=level)


@pytest.mark.parametrize(
    "organ",
    [
        "鼓楼区人民政府",  # there are four
        "淮安市霁川区财政局",  # in no list, so this is not the city's own
        "霁川县财政局",
        "东区街道办事处",
        "市财政局",
        "上海海关学院",
        "教育部",
        "",
    ],
)
def test_what_the_name_does_not_decide_has_no_region(organ: str) -> None:
    assert region_of(organ, 2023) is None


def test_a_recoded_place_has_the_code_of_its_year_and_one_key() -> None:
    codes = {year: region_of("南通市崇川区财政局", year) for year in (2019, 2020, 2024)}
    assert [region and region.code for region in codes.values()] == ["320602", "320613", "320613"]
    assert organ_key("崇川区财政局") == "320613:财政局"


def test_one_key_for_all_names_of_an_organ() -> None:
    names = (
        "洪泽区人民政府", "淮安市洪泽区人民政府", "江苏省淮安市洪泽区人民政府", "洪泽区",
        "淮安市 洪泽区人民政府", "江苏淮安洪泽区人民政府",
    )  # fmt: skip
    assert {organ_key(name) for name in names} == {"320813:人民政府"}
    assert follows(names[0], 2023) == follows(names[1], 2023)
    assert organ_key("淮安市洪泽区财政局") != organ_key("淮安市财政局")
    assert organ_key("霁川县财政局") == organ_key("霁川县 财政局") == "霁川县财政局"
    assert organ_key("县财政局") is None


def test_every_place_is_found_by_its_whole_name() -> None:
    """And alone where no other one bears the name."""
    in_force = [place for place in places() if place.until is None]
    for place in in_force:
        found = region_of(f"{full_name(place.code, place.name)}财政局", 2024)
        assert found is not None, place
        assert (found.code, found.level) == (place.code, place.level), place
        alone = region_of(f"{place.name}财政局", 2024)
        others = {one.code[:4] for one in by_name().get(place.name, ())}
        if len(others) == 1:
            assert alone == found, place
        else:
            assert alone is None, place


def test_hundreds_of_towns_of_no_list_never_get_a_wrong_county() -> None:
    dice = random.Random(7)
    syllables = "霁澜柘枫溟浔泊岭川云"
    for _ in range(300):
        unknown = "".join(dice.sample(syllables, 2)) + dice.choice("县区")
        outer = dice.choice([place for place in places() if place.level is Level.PREFECTURE])
        assert region_of(f"{outer.name}{unknown}财政局", 2024) is None, unknown
        assert region_of(f"{unknown}财政局", 2024) is None, unknown


def test_the_list_is_whole() -> None:
    levels = Counter(place.level for place in places() if place.until is None)
    assert levels[Level.PROVINCE] == 34
    assert 333 <= levels[Level.PREFECTURE] <= 343
    assert levels[Level.COUNTY] > 2800
    assert not [place for place in places() if not (place.code.isdigit() and len(place.code) == 6)]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("恩施土家族苗族自治州", "恩施州"),
        ("伊犁哈萨克自治州", "伊犁州"),
        ("龙胜各族自治县", "龙胜县"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江县"),
        ("广西壮族自治区", ""),
        ("洪泽区", ""),
    ],
)
def test_autonomous_places_without_their_peoples(name: str, short: str) -> None:
    assert short_of_autonomous(name) == short
