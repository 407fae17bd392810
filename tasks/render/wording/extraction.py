"""What recognising has to say (`tasks/recognise`): of whom and when, of tables, rows and cells;
and what is said of figures read from pixels (`tasks/check/evidence.py`)."""

from __future__ import annotations

from tasks.render.wording.words import Words

WORDING = {
    # of whom and when
    "extraction.organ": Words(
        zh="没有找到编制机关的名称",
        en="the name of the organ was not found",
    ),
    "extraction.year": Words(
        zh="没有找到报告的年度",
        en="the year reported on was not found",
    ),
    "year.disagreement": Words(
        zh="{witness}写的是 {year} 年，{agreeing}写的是 {taken} 年，按 {taken} 年处理",
        en="{witness} says {year}, {agreeing} says {taken}; taken for {taken}",
    ),
    "year.disagreement.too_early": Words(
        zh="报告的是 {year} 年，落款或发布日期却在 {year} 年 {month} 月，当时这一年还没有结束",
        en="the report is of {year}, and dated {year}-{month:02}, before its end",
    ),
    "organ.disagreement": Words(
        zh="标题写的是{titled}，{witness}写的是{named}",
        en="the title says “{titled}”, {witness} says “{named}”",
    ),
    # {witness}, {agreeing}
    "witness.title": Words(zh="标题", en="the title"),
    "witness.file_title": Words(zh="文件属性或网页中的标题", en="the title of the file"),
    "witness.preface": Words(zh="开头的说明", en="the preface"),
    "witness.period": Words(zh="正文的统计期限", en="the period sentence"),
    "witness.date": Words(zh="日期", en="the date"),
    "witness.signature": Words(zh="落款", en="the signature"),
    # tables
    "extraction.missing_table": Words(
        zh="没有找到“{table:title}”表",
        en="no table of {table:title} was found",
    ),
    "extraction.edition": Words(
        zh="{table}的行和栏同时合于两个版本的表样，按 {edition} 年版读取",
        en="{table}: rows and columns fit two editions of the form; read as that of {edition}",
    ),
    # rows
    "extraction.missing_row": Words(
        zh="{rows:table}缺少：{rows}",
        en="{rows:table}: rows are missing: {rows}",
    ),
    "extraction.missing_row.partly": Words(
        zh="{rows:table}这些行缺少一些栏：{rows}",
        en="{rows:table}: rows lack some of their columns: {rows}",
    ),
    "extraction.unknown_row": Words(
        zh="{table}有一行不在表样之内，原样保留、未计入：{text}",
        en="{table}: a row that is not in the form was kept aside: {text}",
    ),
    "extraction.unknown_row.elsewhere": Words(
        zh="{table}有一行只在另一份表里有，原样保留、未计入：{text}",
        en="{table}: a row that only another copy of the table has was kept aside: {text}",
    ),
    "extraction.lost_row": Words(
        zh="{table}有一行标签丢失、无法认定：{text}",
        en="{table}: a row whose label was lost was kept aside: {text}",
    ),
    "extraction.doubled_row": Words(
        zh="{row:table}的“{row}”出现两次，数不相同，未作取舍",
        en="{row:table}, row {row}: it stands twice, with different figures; neither was chosen",
    ),
    "extraction.doubled_row.alike": Words(
        zh="{row:table}的“{row}”出现两次，数相同",
        en="{row:table}, row {row}: it stands twice, with the same figures",
    ),
    "extraction.reordered_rows": Words(
        zh="{rows:table}的行次序与表样不同，按标签认定：{rows}",
        en="{rows:table}: rows stand in another order than the form's and were told by their "
        "labels: {rows}",
    ),
    "extraction.placed_by_order": Words(
        zh="{rows:table}中这些行或栏的标签丢失，按顺序认定：{rows}",
        en="{rows:table}: labels of rows or columns were lost, and these told by their order: "
        "{rows}",
    ),
    # cells
    "extraction.inferred": Words(
        zh="{rows:table}有 {n} 格的栏位在文中已丢失，由勾稽关系推定：{rows}",
        en="{rows:table}: {n:cell} inferred from the relations, as the text has lost the columns: "
        "{rows}",
    ),
    "extraction.unreadable": Words(
        zh="{rows:table}有 {n} 格读不出，{why}：{rows}。原文：{seen:seen}",
        en="{rows:table}: {n:cell} cannot be read, {why}: {rows}; seen: {seen:seen}",
    ),
    "extraction.unreadable.not_taken": Words(
        zh="{rows:table}有 {n} 格不采用，{why}：{rows}",
        en="{rows:table}: {n:cell} not taken, {why}: {rows}",
    ),
    # {why} they cannot be read
    "unreadable.no_figure": Words(zh="不是一个能确定的数", en="as no figure can be told"),
    "unreadable.merged": Words(
        zh="这一格与相邻的格合并了，看不出哪个数属于哪一栏",
        en="as a cell is merged with its neighbours, so its columns cannot be told",
    ),
    "unreadable.merged_figure": Words(
        zh="这一格与相邻的格合并了",
        en="as a cell is merged with its neighbours",
    ),
    "unreadable.several": Words(
        zh="这一栏里有几个数",
        en="as several figures stand in one column",
    ),
    "unreadable.too_few": Words(
        zh="这一行的空格在转成文本时丢了，剩下的数属于哪一栏无法确定",
        en="as blank cells of the row were lost, so the columns of the rest cannot be told",
    ),
    "unreadable.too_many": Words(
        zh="这一行的数多于栏数",
        en="as the row has more figures than columns",
    ),
    "unreadable.in_label": Words(
        zh="标签的格里还有数，看不出属于哪一栏",
        en="as a figure stands in the cell of the label, so its column cannot be told",
    ),
    "unreadable.disorder": Words(
        zh="栏目的次序与表样不同，而文本里只剩下次序",
        en="as the columns stand in another order than the form's, and order is all that text "
        "keeps",
    ),
    "unreadable.lost_row": Words(
        zh="有的行标签丢了，剩下的行与表样对不上，不知道是哪一行",
        en="as row labels were lost, and what is left does not match the form row by row",
    ),
    "unreadable.broken_off": Words(
        zh="文本在这一格中断了，数可能不全",
        en="as the text breaks off in this cell, whose figure may have lost digits",
    ),
    "unreadable.foreign_head": Words(
        zh="这里的栏目不是表样所有的，看不出是哪一栏",
        en="as the form has no column of this head, so it cannot be told which it is",
    ),
    "unreadable.no_head": Words(
        zh="这一栏的标签丢了，看不出是哪一栏",
        en="as the label of the column was lost, so it cannot be told which it is",
    ),
    "unreadable.no_cell": Words(
        zh="这一行短了，这一栏没有格",
        en="as the row is short, and has no cell in this column",
    ),
    "unreadable.columns_untold": Words(
        zh="这一行的数与 15 栏对不上，不知道哪个数属于哪一栏",
        en="as the figures do not fill the 15 columns, so their columns cannot be told",
    ),
    # {why} they are not taken
    "not_taken.lines_lost": Words(
        zh="重复的行已从文中删掉，看到的数不一定是这一格的",
        en="since repeated lines were removed and what is seen may be another cell's",
    ),
    "not_taken.scan": Words(
        zh="所在页面是扫描图像，文字是识别出来的，可能有误",
        en="since the page is a scanned image and its text, as a program read it, may be wrong",
    ),
    # figures read from pixels
    "extraction.read_by_ocr": Words(
        zh="读自扫描件：文字和数由图像识别得来，以原件为准",
        en="read from a scan: texts and figures were recognised in an image, and the original "
        "counts",
    ),
    "extraction.read_by_ocr.pages": Words(
        zh="第 {pages} 页的图像读自扫描件：文字和数由识别得来，以原件为准",
        en="images on page {pages} were read from a scan: their texts and figures were "
        "recognised, and the original counts",
    ),
    "extraction.read_by_ocr.pictures": Words(
        zh="文中的图片读自扫描件：其中的文字和数由识别得来，以原件为准",
        en="pictures in the document were read from a scan: their texts and figures were "
        "recognised, and the original counts",
    ),
    "extraction.low_confidence": Words(
        zh="{rows:table}有 {n} 格读自扫描件，识别的把握不大（最低 {lowest}），请与原件核对：{rows}",
        en="{rows:table}: {n:cell} read from a scan with little confidence (lowest {lowest}), to "
        "be compared with the original: {rows}",
    ),
    "extraction.low_confidence.not_taken": Words(
        zh="{rows:table}有 {n} 格读自扫描件，识别没有把握（最低 {lowest}），不采用：{rows}",
        en="{rows:table}: {n:cell} not taken, as read from a scan without confidence (lowest "
        "{lowest}): {rows}",
    ),
    "extraction.two_readings": Words(
        zh="{row:table}“{row}”行“{column}”栏读自扫描件，两次识别的结果不同：{first} 和 {second}",
        en="{row:table}, row {row}, column {column}: read from a scan, once as {first} and once "
        "as {second}",
    ),
    # said after it: what is taken
    "two_readings.settled": Words(
        zh="按勾稽关系只能是 {taken}",
        en="as the relations have it, it can only be {taken}",
    ),
    "two_readings.likely": Words(
        zh="{taken} 合于勾稽关系，但同一关系中还有读得没有把握的格，请与原件核对",
        en="{taken} goes with the relations, but other cells there are unsure as well: compare "
        "with the original",
    ),
    "two_readings.several": Words(
        zh="两个数都合于勾稽关系，未作取舍，请与原件核对",
        en="the relations hold with either, so neither is taken: compare with the original",
    ),
    "two_readings.kept": Words(
        zh="勾稽关系不能判定，暂取 {taken}，请与原件核对",
        en="the relations do not tell which, and {taken} stands until it is compared with the "
        "original",
    ),
    "two_readings.guess": Words(
        zh="都没有把握，不采用，请与原件核对",
        en="neither with confidence, so neither is taken: compare with the original",
    ),
}
