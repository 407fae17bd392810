"""二、主动公开政府信息情况, edition 2019: 22 figures; clause （九） is often left out.

No relation is declared: between 上一年项目数量, 本年增/减 and 处理决定数量 there is none.
"""

from tasks.forms.vocabulary import Block, Edition, Line

_PREVIOUS = Line(id="previous_items", labels=("上一年项目数量", "上年项目数量", "上一年度项目数量"))
_CHANGE = Line(
    id="change", labels=("本年增/减", "本年增减", "本年增／减数量", "本年增"), change=True
)
_DECISIONS = Line(id="decisions", labels=("处理决定数量", "本年处理决定数量", "处理绝对数量"))

EDITION = Edition(
    table="disclosure",
    edition="2019",
    last_year=2020,
    source="国办公开办函〔2019〕60号; 政府信息公开条例 art. 20",
    titles=("主动公开政府信息情况", "行政机关主动公开政府信息情况", "主动公开情况"),
    blocks=(
        Block(
            title="第二十条第（一）项",
            stub="信息内容",
            columns=(
                Line(id="made", labels=("本年新制作数量", "本年制作数量", "新制作数量")),
                Line(id="published", labels=("本年新公开数量", "本年公开数量", "新公开数量")),
                Line(id="total_published", labels=("对外公开总数量", "对外公开总数")),
            ),
            rows=(
                Line(id="regulations", labels=("规章", "行政规章")),
                Line(
                    id="normative_documents", labels=("规范性文件", "行政规范性文件", "规范性档案")
                ),
            ),
        ),
        Block(
            title="第二十条第（五）项",
            stub="信息内容",
            columns=(_PREVIOUS, _CHANGE, _DECISIONS),
            rows=(
                Line(id="licensing", labels=("行政许可",)),
                Line(id="other_services", labels=("其他对外管理服务事项",)),
            ),
        ),
        Block(
            title="第二十条第（六）项",
            stub="信息内容",
            columns=(_PREVIOUS, _CHANGE, _DECISIONS),
            rows=(
                Line(id="penalties", labels=("行政处罚",)),
                Line(id="coercion", labels=("行政强制", "行政强制措施")),
            ),
        ),
        Block(
            title="第二十条第（八）项",
            stub="信息内容",
            columns=(_PREVIOUS, _CHANGE),
            rows=(Line(id="fees", labels=("行政事业性收费", "行政事业性收费项目")),),
        ),
        Block(
            title="第二十条第（九）项",
            stub="信息内容",
            columns=(
                Line(id="projects", labels=("采购项目数量", "项目数量")),
                Line(
                    id="amount",
                    labels=("采购总金额", "采购总金额（万元）", "采购金额"),
                    decimal=True,
                ),
            ),
            rows=(Line(id="procurement", labels=("政府集中采购", "政府采购")),),
            optional=True,
        ),
    ),
)
