"""三、收到和处理政府信息公开申请情况, edition 2019: 23 rows × 7 columns, 三（六） is one row."""

from tasks.forms.requests_2021 import (
    AFTER_OTHER,
    BEFORE_OTHER,
    COLUMNS,
    OTHER_LABELS,
    TITLES,
    USUAL_LABELS,
    relations,
)
from tasks.forms.vocabulary import Block, Edition, Line

_OTHER = Line(id="other", numbering="（六）", labels=("其他处理",), group=("三、本年度办理结果",))

EDITION = Edition(
    table="requests",
    edition="2019",
    last_year=2020,
    source="国办公开办函〔2019〕60号",
    titles=TITLES,
    blocks=(Block(columns=COLUMNS, rows=(*BEFORE_OTHER, _OTHER, *AFTER_OTHER)),),
    relations=relations((_OTHER.id,)),
    other_labels=OTHER_LABELS,
    usual_labels=USUAL_LABELS,
)
