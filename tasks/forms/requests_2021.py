"""三、收到和处理政府信息公开申请情况, edition 2021: 25 rows × 7 columns.

The rows and relations that both editions share are declared here; `requests_2019` takes
them and replaces 三（六）, which is the only thing the editions differ in.
"""

from tasks.forms.vocabulary import Axis, Block, Edition, Line, Relation
from tasks.model.report import Severity

_RESULTS = "三、本年度办理结果"
_LEGAL = ("法人或其他组织",)

COLUMNS = (
    Line(id="natural_person", labels=("自然人",)),
    Line(id="business", labels=("商业企业",), group=_LEGAL),
    Line(id="research", labels=("科研机构", "科研企业"), group=_LEGAL),
    Line(id="social_welfare", labels=("社会公益组织",), group=_LEGAL),
    Line(id="legal_service", labels=("法律服务机构",), group=_LEGAL),
    Line(id="other_organization", labels=("其他",), group=_LEGAL),
    Line(id="total", labels=("总计", "合计")),
)


def _items(
    group: str, *rows: tuple[str, str, tuple[str, ...]], optional: bool = False
) -> tuple[Line, ...]:
    return tuple(
        Line(id=id, labels=labels, numbering=numbering, group=(_RESULTS, group), optional=optional)
        for id, numbering, labels in rows
    )


BEFORE_OTHER = (
    Line(
        id="new",
        numbering="一、",
        labels=(
            "本年新收政府信息公开申请数量",
            "本年新收申请数量",
            "本年新收",
            "本年收到政府信息公开申请数量",
        ),
    ),
    Line(
        id="carried_over",
        numbering="二、",
        labels=(
            "上年结转政府信息公开申请数量",
            "上年度结转政府信息公开申请数量",
            "上年结转申请数量",
            "上年结转",
        ),
    ),
    Line(id="granted", numbering="（一）", labels=("予以公开",), group=(_RESULTS,)),
    Line(
        id="partly_granted",
        numbering="（二）",
        labels=(
            "部分公开（区分处理的，只计这一情形，不计其他情形）",
            "部分公开",
            "区分处理的，只计这一情形，不计其他情形",
        ),
        group=(_RESULTS,),
    ),
    *_items(
        "（三）不予公开",
        ("denied_state_secret", "1.", ("属于国家秘密", "国家秘密")),
        (
            "denied_prohibited_by_law",
            "2.",
            ("其他法律行政法规禁止公开", "法律行政法规禁止公开", "其他法律行政禁止公开"),
        ),
        ("denied_security_stability", "3.", ("危及“三安全一稳定”", "危及三安全一稳定")),
        ("denied_third_party", "4.", ("保护第三方合法权益", "损害第三方合法权益")),
        (
            "denied_internal_affairs",
            "5.",
            ("属于三类内部事务信息", "属于三类内部管理信息", "属于内部事务信息"),
        ),
        ("denied_process_information", "6.", ("属于四类过程性信息", "属于过程性信息")),
        ("denied_enforcement_file", "7.", ("属于行政执法案卷", "属于行政执法案卷信息")),
        ("denied_administrative_inquiry", "8.", ("属于行政查询事项",)),
    ),
    *_items("（三）不予公开", ("denied_work_secret", "", ("属于工作秘密",)), optional=True),
    *_items(
        "（四）无法提供",
        ("unavailable_not_held", "1.", ("本机关不掌握相关政府信息", "本机关不掌握")),
        (
            "unavailable_needs_creation",
            "2.",
            ("没有现成信息需要另行制作", "没有现成信息", "需要另行制作"),
        ),
        ("unavailable_still_unclear", "3.", ("补正后申请内容仍不明确", "补正后仍不明确")),
    ),
    *_items(
        "（五）不予处理",
        ("rejected_petition", "1.", ("信访举报投诉类申请", "信访投诉举报类申请")),
        ("rejected_repeat", "2.", ("重复申请",)),
        ("rejected_publication", "3.", ("要求提供公开出版物", "公开出版物")),
        ("rejected_excessive", "4.", ("无正当理由大量反复申请", "无正当理由反复大量申请")),
        (
            "rejected_reconfirmation",
            "5.",
            (
                "要求行政机关确认或重新出具已获取信息",
                "要求行政机关确认或者重新出具已获取信息",
                "要求确认或重新出具已获取信息",
                "要求确认或重新出具",
            ),
        ),
    ),
)

AFTER_OTHER = (
    Line(id="processed_total", numbering="（七）", labels=("总计", "合计"), group=(_RESULTS,)),
    Line(
        id="carried_forward",
        numbering="四、",
        labels=("结转下年度继续办理", "结转下年继续办理", "结转下年度", "结转下年度办理"),
    ),
)

TITLES = (
    "收到和处理政府信息公开申请情况",
    "行政机关收到和处理政府信息公开申请情况",
    "收到和处理政府信息公开申请的情况",
    "依申请公开政府信息情况",
)

OTHER_LABELS = (
    "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
    "申请人情况",
    "法人或其他组织",
    "三、本年度办理结果",
    "（三）不予公开",
    "（四）无法提供",
    "（五）不予处理",
)

#: Of budgets as well.
USUAL_LABELS = ("本年新收", "上年结转", "结转下年度", "结转下年度办理")


def relations(others: tuple[str, ...]) -> tuple[Relation, ...]:
    """The relations of table 三, given the ids of the rows under 三（六）."""
    items = tuple(row.id for row in BEFORE_OTHER[2:]) + others
    return (
        Relation(
            rule="requests.balance",
            axis=Axis.COLUMN,
            parts=("new", "carried_over"),
            wholes=("processed_total", "carried_forward"),
            severity=Severity.ERROR,
            formula="一 + 二 = 三（七） + 四",
            formula_en="new + carried over = processed + carried forward",
            clause="表三左上角所印：第一项加第二项之和，等于第三项加第四项之和",
        ),
        Relation(
            rule="requests.outcomes",
            axis=Axis.COLUMN,
            parts=items,
            wholes=("processed_total",),
            severity=Severity.ERROR,
            formula="三（一）至（六）各项之和 = 三（七）",
            formula_en="the outcomes add up to the total processed",
            clause="表三的结构：（七）总计是（一）至（六）的合计",
        ),
        Relation(
            rule="requests.applicants",
            axis=Axis.ROW,
            parts=tuple(column.id for column in COLUMNS[:-1]),
            wholes=("total",),
            severity=Severity.ERROR,
            formula="自然人 + 商业企业 + 科研机构 + 社会公益组织 + 法律服务机构 + 其他 = 总计",
            formula_en="the six kinds of applicants add up to the total",
            clause="表三的结构：总计栏是六类申请人的合计",
        ),
    )


_OTHERS = _items(
    "（六）其他处理",
    (
        "other_correction_overdue",
        "1.",
        (
            "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
            "申请人无正当理由逾期不补正",
        ),
    ),
    (
        "other_fee_overdue",
        "2.",
        (
            "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
            "申请人逾期未按收费通知要求缴纳费用",
        ),
    ),
    ("other_remaining", "3.", ("其他",)),
)

EDITION = Edition(
    table="requests",
    edition="2021",
    source="国办公开办函〔2021〕30号",
    titles=TITLES,
    blocks=(Block(columns=COLUMNS, rows=BEFORE_OTHER + _OTHERS + AFTER_OTHER),),
    relations=relations(tuple(row.id for row in _OTHERS)),
    other_labels=(*OTHER_LABELS, "（六）其他处理"),
    usual_labels=USUAL_LABELS,
)
