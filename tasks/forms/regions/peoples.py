"""Names of autonomous places without the peoples in them: 恩施土家族苗族自治州 as 恩施州."""

from __future__ import annotations

from tasks.model.patterns import regex

#: Source: GB/T 3304, names of the 55 minorities, as the names of places have them.
_PEOPLES = (
    "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家",
    "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇",
    "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌",
    "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔",
    "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺", "各",
)  # fmt: skip
#: Some places have them without 族: 伊犁哈萨克自治州.
_WITHOUT = ("蒙古", "哈萨克", "柯尔克孜", "塔吉克", "锡伯", "维吾尔")
_ANY = "|".join(sorted((f"{one}族" for one in _PEOPLES), key=len, reverse=True))
_AUTONOMOUS = regex(rf"(?P<place>.+?)(?:{_ANY}|{'|'.join(_WITHOUT)})+自治(?P<kind>[州县旗])")


def short_of_autonomous(name: str) -> str:
    """ "" where the name is not that of an autonomous prefecture, county or banner."""
    found = _AUTONOMOUS.fullmatch(name)
    return found["place"] + found["kind"] if found else ""
