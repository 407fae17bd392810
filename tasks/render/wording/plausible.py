"""Figures that tie and look odd (`tasks/check/plausible.py`), and what reports of one organ show
together (`tasks/check/series.py`)."""

from __future__ import annotations

from tasks.render.wording.words import Words

WORDING = {
    "plausible.regulations": Words(
        zh="“规章”不为 0：{organ}一般无权制定规章，请核对是否把规范性文件填到了这一行",
        en="regulations other than 0, from an organ that as a rule cannot make any (“{organ}”): "
        "normative documents may stand in their row",
    ),
    "plausible.in_force": Words(
        zh="{row:table}“{row}”本年制发 {issued} 件、废止 {repealed} 件，"
        "现行有效却只有 {in_force} 件，请核对",
        en="{row:table}, row {row}: {issued} issued, {repealed} repealed, and only {in_force} "
        "in force",
    ),
    "plausible.fee_unit": Words(
        zh="“行政事业性收费”为 {written}：表样的单位是万元，折合 {in_wan} 万元，"
        "请核对（结果中保留原数，未作换算）",
        en="fees of “{written}”: the form asks for tens of thousands of yuan, in which this is "
        "{in_wan}; kept as written",
    ),
    "plausible.fee_unit.much": Words(
        zh="“行政事业性收费”为 {written}：表样的单位是万元，对这一级机关来说过大，"
        "请核对是否按元填写了",
        en="fees of “{written}”: the form asks for tens of thousands of yuan; that much from such "
        "an organ looks like yuan",
    ),
    "plausible.unit": Words(
        zh="“政府集中采购”的金额为 {written}，折合 {in_wan} 万元：表样没有印单位，"
        "与其他机关比较前请先统一单位（结果中保留原数，未作换算）",
        en="procurement of “{written}”, which is {in_wan} in tens of thousands of yuan: the form "
        "has no unit; kept as written",
    ),
    "plausible.disputes_without_requests": Words(
        zh="表三没有收到任何申请，表四却有行政复议或诉讼，请核对（也可能由往年申请引起）",
        en="disputes without any request; they may stem from earlier years",
    ),
    "plausible.leap": Words(
        zh="{figure}：{year} 年为 {then}，本年为 {now}，相差 {times} 倍以上，请核对单位和位数",
        en="{figure}: {then} in {year} and {now} now, more than {times} times as much or as "
        "little: make sure of units and digits",
    ),
    "plausible.same_as_last_year": Words(
        zh="{table}的数与 {year} 年报告完全相同，请核对是否误用了上年的表",
        en="{table}: all figures are the same as in the report of {year}, whose table may have "
        "been taken by mistake",
    ),
    "series.carried_over": Words(
        zh="{column:table}“{column}”栏：“上年结转”应与 {year} 年报告的“结转下年度继续办理”相同，"
        "本年填了 {now}，上年填了 {then}",
        en="{column:table}, column {column}: {now} carried over from last year, but the report of "
        "{year} carried {then} forward",
    ),
    "series.in_force": Words(
        zh="{row:table}“{row}”：{year} 年末现行有效 {before} + 本年制发 {issued}"
        " - 本年废止 {repealed} = {expected}，而本年现行有效填了 {now}，请核对",
        en="{row:table}, row {row}: {before} in force at the end of {year} + {issued} issued"
        " - {repealed} repealed = {expected}, not {now}",
    ),
    "series.duplicate": Words(
        zh="同一机关 {year} 年的报告不止一份，另有 {files:files}：{compared}；"
        "与其他年度核对时只用各份相同的数",
        en="more than one report of the same organ and year {year}, also {files:files}: "
        "{compared}; only figures that all of them give are held against other years",
    ),
    # {compared}
    "series.duplicate.differing": Words(
        zh="有 {n} 格的数不同，请确认以哪份为准",
        en="{n:cell} with different figures: make sure which report counts",
    ),
    "series.duplicate.alike": Words(zh="各格的数相同", en="all figures are the same"),
    # of a report that was told of before the one of its last year came
    "series.of_another_report": Words(
        zh="{file}（{year} 年报告）：{said}",
        en="{file} (report of {year}): {said}",
    ),
}

#: Figures that are compared from year to year.
FIGURES = {
    "requests.new.total": Words("本年新收申请", "new requests"),
    "disclosure.licensing.decisions": Words("行政许可", "licensing decisions"),
    "disclosure.penalties.decisions": Words("行政处罚", "penalty decisions"),
    "disclosure.coercion.decisions": Words("行政强制", "coercion decisions"),
    "disclosure.fees.amount": Words("行政事业性收费", "fees"),
}
