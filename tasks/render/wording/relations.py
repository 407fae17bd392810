"""Figures that do not tie (`tasks/check/relations.py`)."""

from __future__ import annotations

from tasks.render.wording.words import Words

WORDING = {
    "relation.broken": Words(
        zh="{line:table}“{line}”{line:axis}不相符：{parts:sum}，而{wholes:sum}，相差 {difference}",
        en="{line:table}, {line:axis} {line}: {parts:sum}, but {wholes:sum}, "
        "a difference of {difference}",
    ),
    # said after it: how sure it is, and what has most likely gone wrong
    "relation.in_doubt": Words(
        zh="所涉的格是按顺序或推定读取的，也可能是读取有误",
        en="cells concerned were placed by order or inferred, so the reading may be wrong",
    ),
    "relation.read_by_ocr": Words(
        zh="所涉的格读自扫描件，可能是识别有误，请先与原件核对",
        en="cells concerned were read from a scan and may be misread: compare them with the "
        "original first",
    ),
    "relation.undetermined": Words(
        zh="不能确定是哪一格填错",
        en="which cell is wrong is not determined",
    ),
    "relation.alike": Words(
        zh="是哪一格填错，由勾稽关系看不出，下列各格都有可能",
        en="the relations do not tell which of the suspects it is",
    ),
    "relation.wrong_column": Words(
        zh="看来有 {amount} 填错了栏，在“{one}”与“{other}”之间",
        en="{amount} seems to stand in the wrong one of the columns “{one}” and “{other}”",
    ),
    "accident.shifted": Words(
        zh="看来“{line}”整行错了一栏",
        en="row “{line}” seems to stand one column off",
    ),
    "accident.exchanged": Words(
        zh="看来“{one}”与“{other}”两{one:axis}填颠倒了",
        en="{one:axis}s “{one}” and “{other}” seem to be exchanged",
    ),
    "accident.moved": Words(
        zh="看来“{line}”的数填到了“{into}”一{line:axis}",
        en="the figures of {line:axis} “{line}” seem to stand in “{into}”",
    ),
    "accident.blank": Words(
        zh="看来“{line}”整{line:axis}没有填写",
        en="{line:axis} “{line}” seems to be left blank",
    ),
    "accident.wrong": Words(
        zh="看来“{line}”整{line:axis}有误",
        en="{line:axis} “{line}” seems wrong as a whole",
    ),
    # several lines of a relation in one finding
    "relation.only_totals": Words(
        zh="{lines:table}有 {lines:counted}只填了总计，没有填各项，无法看出总计是否正确",
        en="{lines:table}: {lines:counted} with totals only; without the items it cannot be told "
        "whether the totals are right",
    ),
    "relation.blank_totals": Words(
        zh="{totals:table}有 {n} 处“{whole}”没有填写，按各项之和：{totals:should}",
        en="{totals:table}: “{whole}” is blank {n:time}; as the items add up, {totals:should}",
    ),
    "relation.blank_or_zero_totals": Words(
        zh="{totals:table}有 {n} 处“{whole}”没有填写或填了 0，按各项之和：{totals:should}",
        en="{totals:table}: “{whole}” is blank or 0 {n:time}; as the items add up, {totals:should}",
    ),
    "relation.not_assessed": Words(
        zh="{lines:table}有 {lines:counted}无法核对“{relation}”，"
        "因为有的格读不出或文中没有：{lines:quoted}",
        en="{lines:table}: {lines:counted} not checked for “{relation}”, as cells are unreadable "
        "or not there: {lines:quoted}",
    ),
}
