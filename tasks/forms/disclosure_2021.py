"""二、主动公开政府信息情况, edition 2021: 14 × 4 cells, 10 figures."""

from tasks.forms.vocabulary import Block, Edition, Line

_DECISIONS = Line(
    id="decisions",
    labels=("本年处理决定数量", "处理决定数量", "本年处理决定数", "处理绝对数量"),
)

EDITION = Edition(
    table="disclosure",
    edition="2021",
    source="国办公开办函〔2021〕30号; 政府信息公开条例 art. 20",
    titles=("主动公开政府信息情况", "行政机关主动公开政府信息情况", "主动公开情况"),
    blocks=(
        Block(
            title="第二十条第（一）项",
            stub="信息内容",
            columns=(
                Line(id="issued", labels=("本年制发件数", "本年制发数", "制发件数")),
                Line(id="repealed", labels=("本年废止件数", "本年废止数", "废止件数")),
                Line(id="in_force", labels=("现行有效件数", "现行有效件", "现行有效数")),
            ),
            rows=(
                Line(id="regulations", labels=("规章", "行政规章")),
                Line(
                    id="normative_documents",
                    labels=("行政规范性文件", "规范性文件", "行政规范性档案"),
                ),
            ),
        ),
        Block(
            title="第二十条第（五）项",
            stub="信息内容",
            columns=(_DECISIONS,),
            rows=(Line(id="licensing", labels=("行政许可",)),),
        ),
        Block(
            title="第二十条第（六）项",
            stub="信息内容",
            columns=(_DECISIONS,),
            rows=(
                Line(id="penalties", labels=("行政处罚",)),
                Line(id="coercion", labels=("行政强制", "行政强制措施")),
            ),
        ),
        Block(
            title="第二十条第（八）项",
            stub="信息内容",
            columns=(
                Line(
                    id="amount",
                    labels=("本年收费金额（单位：万元）", "本年收费金额", "收费金额"),
                    decimal=True,
                ),
            ),
            rows=(Line(id="fees", labels=("行政事业性收费", "行政事业性收费项目")),),
        ),
    ),
)
