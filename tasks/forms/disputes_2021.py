"""四、政府信息公开行政复议、行政诉讼情况: 15 figures in one line, the same in both editions."""

from tasks.forms.vocabulary import Axis, Block, Edition, Line, Relation
from tasks.model.report import Severity

_OUTCOMES = (
    Line(id="upheld", labels=("结果维持", "维持")),
    Line(id="corrected", labels=("结果纠正", "纠正")),
    Line(id="other", labels=("其他结果", "其他")),
    Line(id="pending", labels=("尚未审结", "未审结")),
    Line(id="total", labels=("总计", "合计")),
)
_LITIGATION = ("行政诉讼",)

EDITION = Edition(
    table="disputes",
    edition="2021",
    source="国办公开办函〔2019〕60号 and 〔2021〕30号",
    titles=(
        "政府信息公开行政复议、行政诉讼情况",
        "因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "行政复议、行政诉讼情况",
        "政府信息公开被申请行政复议、提起行政诉讼情况",
    ),
    sideways=True,
    blocks=(
        Block(
            columns=_OUTCOMES,
            rows=(
                Line(id="review", labels=("行政复议",)),
                Line(
                    id="litigation_direct",
                    labels=("未经复议直接起诉", "未经行政复议直接起诉", "直接起诉"),
                    group=_LITIGATION,
                ),
                Line(
                    id="litigation_after_review",
                    labels=("复议后起诉", "行政复议后起诉"),
                    group=_LITIGATION,
                ),
            ),
        ),
    ),
    relations=(
        Relation(
            rule="disputes.total",
            axis=Axis.ROW,
            parts=("upheld", "corrected", "other", "pending"),
            wholes=("total",),
            severity=Severity.ERROR,
            formula="结果维持 + 结果纠正 + 其他结果 + 尚未审结 = 总计",
            formula_en="the four outcomes add up to the total",
            clause="表四的结构：总计是四种结果的合计",
        ),
    ),
    other_labels=("行政诉讼",),
)
