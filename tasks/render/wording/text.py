"""Figures of the text against the tables (`tasks/check/narrative.py`)."""

from __future__ import annotations

from tasks.render.wording.words import Words

WORDING = {
    "narrative.differs": Words(
        zh="正文与表格不一致：正文写{figure} {told}，表格中{given}。原文：“{quote}”",
        en="the text and the tables differ: of {figure} the text says {told}, the tables {given}: "
        "“{quote}”",
    ),
    "narrative.may_differ": Words(
        zh="正文与表格不一致：正文写{figure} {told}，表格中{given}。原文：“{quote}”"
        "（{because}，请人工核对）",
        en="the text and the tables differ: of {figure} the text says {told}, the tables {given}: "
        "“{quote}” ({because})",
    ),
    # said after it
    "narrative.read_by_ocr": Words(
        zh="正文或表格读自扫描件，可能是识别有误，请先与原件核对",
        en="the text or the tables were read from a scan and may be misread: compare them with "
        "the original first",
    ),
    # {given}
    "narrative.given": Words(zh="为 {amount}", en="{amount}"),
    "narrative.blank": Words(zh="没有填写", en="are blank"),
    # {because}
    "narrative.of_others": Words(
        zh="这句话可能说的是其他单位，或包括其他单位",
        en="the sentence may be of other organs, or of others as well",
    ),
    "narrative.of_a_part": Words(
        zh="这个数可能只是其中一部分",
        en="the figure may be a part only",
    ),
    "narrative.by_other_words": Words(
        zh="这个说法的口径可能与表格不同",
        en="the wording may count otherwise than the table",
    ),
    "narrative.of_last_year": Words(
        zh="这句话写的是上一年，可能沿用了上年的文字",
        en="the sentence is of last year, and may be left from its report",
    ),
    "narrative.of_another_topic": Words(
        zh="这句话不一定说的是政府信息公开",
        en="the sentence may not be about disclosure",
    ),
    "narrative.several_figures": Words(
        zh="正文前后说法不一",
        en="the text says several figures",
    ),
}

#: What the text tells, as people call it.
FIGURES = {
    "received": Words("本年新收申请", "new requests"),
    "carried_over": Words("上年结转申请", "requests carried over from last year"),
    "carried_forward": Words("结转下年度继续办理", "requests carried forward to next year"),
    "answered": Words("本年办结申请", "requests processed"),
    "granted": Words("予以公开", "requests granted"),
    "partly_granted": Words("部分公开", "requests partly granted"),
    "granted_at_all": Words("予以公开和部分公开", "requests granted and partly granted"),
    "denied": Words("不予公开", "requests denied"),
    "unavailable": Words("无法提供", "requests for what is unavailable"),
    "rejected": Words("不予处理", "requests rejected"),
    "other": Words("其他处理", "requests with another outcome"),
    "review": Words("行政复议", "reviews"),
    "litigation": Words("行政诉讼", "lawsuits"),
    "disputes": Words("行政复议和行政诉讼", "reviews and lawsuits"),
    "in_force": Words("现行有效的规范性文件", "normative documents in force"),
    "repealed": Words("废止的规范性文件", "normative documents repealed"),
    "issued": Words("制发的规范性文件", "normative documents issued"),
    "licensing": Words("行政许可处理决定", "licensing decisions"),
    "penalties": Words("行政处罚处理决定", "penalty decisions"),
    "coercion": Words("行政强制处理决定", "coercion decisions"),
}
