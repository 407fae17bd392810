"""What the readers have to say of a file (`tasks/detect`, `tasks/read`)."""

from __future__ import annotations

from tasks.render.wording.words import Words

WORDING = {
    # the text as a whole
    "encoding.broken": Words(
        zh="按 {codec} 编码读取，有 {n} 处字节无法识别，文字可能有缺损。",
        en="Read as {codec}; {n:place} could not be decoded, so text may be damaged.",
    ),
    "encoding.misread": Words(
        zh="按 {codec} 编码读取，文字像是保存之前就被按错误的编码转换过（乱码）。"
        "请从原文件重新导出。",
        en="Read as {codec}; the text seems to have been converted by a wrong encoding before it "
        "was saved. Export it again from its source.",
    ),
    "encoding.lost_spaces": Words(
        zh="有 {n} 个数旁边隔着空格写有“{sign}”，是转码时丢失的不换行空格，读数时已略去",
        en="{n:figure} with a “{sign}” and a space beside: what a conversion made of a no-break "
        "space; it was left out",
    ),
    "lost_lines": Words(
        zh="文中没有任何重复的行：转成文本时重复的行被删掉了，表中的数已不可靠",
        en="no line occurs twice: repeated lines were removed on the way to text, so the figures "
        "of the tables are lost",
    ),
    "truncated.cell": Words(
        zh="文本在最后一格中断了，这一格的数可能不全",
        en="the text breaks off in its last cell, whose figure may have lost digits",
    ),
    # tables of any format
    "ragged_rows": Words(
        zh="表格有 {n_columns} 列，但第 {short:rows}（共 {n} 行）单元格不足。",
        en="The table has {n_columns} columns, but {n} of its rows have cells for fewer "
        "({short:rows}).",
    ),
    "overlapping_span": Words(
        zh="合并单元格的范围与另一个单元格重叠，已缩小。",
        en="A cell spans over another cell; its span was cut short.",
    ),
    # what is there and not seen
    "stray_text.struck": Words(
        zh="有 {n} 处文字加了删除线（第一处：“{first}”），未读取。",
        en="{n} texts are struck through and were left out (the first: {first!r}).",
    ),
    "stray_text.on_its_colour": Words(
        zh="有 {n} 处文字与底色相同（第一处：“{first}”），看不见，未读取。",
        en="{n} texts have the colour of what they stand on and were left out "
        "(the first: {first!r}).",
    ),
    "stray_text.unseen": Words(
        zh="有 {n} 处文字与背景同色，看不见（第一处：“{first}”），未读取。",
        en="{n} texts have the colour of what is behind them and were left out "
        "(the first: {first!r}).",
    ),
    "stray_text.tiny": Words(
        zh="有 {n} 处文字太小，看不见（第一处：“{first}”），未读取。",
        en="{n} texts are too small to be seen and were left out (the first: {first!r}).",
    ),
    "stray_text.covered": Words(
        zh="合并单元格中有不显示的文字“{text}”，未计入。",
        en="A merged cell holds text that is not shown ({text!r}); left out.",
    ),
    # web pages
    "page.hides_tables": Words(
        zh="网页隐藏了表格或表格中的内容，未读取。",
        en="The page hides tables or parts of them; these were left out.",
    ),
    "page.puts_tables_away": Words(
        zh="网页把表格放在看不见的地方，未读取。",
        en="The page puts a table where nobody sees it; it was left out.",
    ),
    "page.not_shown": Words(
        zh="文件中另有 {n} 个含表格的网页没有显示在主页面中，未读取。",
        en="{n} more pages with tables in this file are shown in no frame; they were left out.",
    ),
    "page.lost_sheets": Words(
        zh="浏览器保存网页时没有保存影子树的样式表，其中隐藏的内容可能被当作显示的内容读取。",
        en="The browser that saved the page left out the style sheets of its shadow trees; what "
        "they hide may have been read.",
    ),
    "page.breaks_off": Words(
        zh="网页在表格结束之前就中断了，可能没有保存完整。",
        en="The page breaks off inside a table; it may not have been saved in full.",
    ),
    # DOCX
    "docx.symbol": Words(
        zh="有无法识别的符号字体字符（{symbol}）。",
        en="A character of a symbol font could not be read ({symbol}).",
    ),
    "docx.embedded": Words(
        zh="文档中嵌入了另一个文件作为正文的一部分，这一部分未读取。",
        en="Another file is embedded as part of the text; that part was not read.",
    ),
    # RTF
    "rtf.breaks_off": Words(
        zh="文档在表格或段落结束之前就中断了，可能没有保存或上传完整。",
        en="The document breaks off before a table or paragraph ends; it may not have been saved "
        "or sent in full.",
    ),
    # workbooks
    "workbook.hidden_sheet": Words(
        zh="有 {n} 张工作表被隐藏（第一张：“{first}”），未读取。",
        en="{n} sheets are hidden and were left out (the first: {first!r}).",
    ),
    "workbook.hidden_row": Words(
        zh="隐藏的行中有 {n} 格有内容（第一处：“{first}”），未读取。",
        en="{n} cells in hidden rows hold something and were left out (the first: {first!r}).",
    ),
    "workbook.hidden_column": Words(
        zh="隐藏的列中有 {n} 格有内容（第一处：“{first}”），未读取。",
        en="{n} cells in hidden columns hold something and were left out (the first: {first!r}).",
    ),
    "workbook.covered": Words(
        zh="合并单元格下面还有 {n} 格有内容（第一处：“{first}”），不显示，未读取。",
        en="{n} cells below merged cells hold something that is not shown and was left out "
        "(the first: {first!r}).",
    ),
    "workbook.formatted": Words(
        zh="有 {n} 格的内容被单元格格式隐藏（第一处：“{first}”），未读取。",
        en="{n} cells hold something that their format does not show; it was left out "
        "(the first: {first!r}).",
    ),
    "workbook.drawn": Words(
        zh="有 {n} 张工作表上的文本框或图形中有文字（第一处：“{first}”），未读取。",
        en="Text boxes or shapes on {n} sheets hold text that was left out (the first: {first!r}).",
    ),
    "workbook.not_calculated": Words(
        zh="公式没有保存计算结果，也不是已读单元格的加减，无法得出。"
        "请用 Excel 或 WPS 打开后保存，再重新提交。",
        en="A formula has no stored result and is no sum of cells that were read. "
        "Open the file in Excel or WPS, save it and send it again.",
    ),
    "workbook.old_result": Words(
        zh="公式保存的结果“{text}”与所引用单元格之和不同，不知道打开后显示哪个数。"
        "请用 Excel 或 WPS 打开后重新计算并保存，再重新提交。",
        en="The stored result {text!r} of a formula is not the sum of its cells. "
        "Open the file in Excel or WPS, calculate it anew, save it and send it again.",
    ),
    "workbook.error": Words(
        zh="公式出错，单元格显示“{text}”。",
        en="A formula has failed: the cell shows {text!r}.",
    ),
    "workbook.format": Words(
        zh="数字格式“{sign}”无法识别，不能确定单元格显示的是什么。",
        en="The number format {sign!r} is not known, so what the cell shows cannot be told.",
    ),
    "workbook.shown_otherwise": Words(
        zh="单元格显示“{text}”，实际保存的是 {stored}，按显示的读取。",
        en="A cell shows {text!r} and holds {stored}; what it shows was read.",
    ),
    # PDF: the file
    "pdf.portfolio": Words(
        zh="PDF是文件包（作品集），只读取了封面页，其中的附件未读取。",
        en="The PDF is a portfolio: only its own pages were read, not the files in it.",
    ),
    "pdf.dynamic_form": Words(
        zh="PDF是XFA动态表单，阅读器显示的内容可能与页面上的不同。",
        en="The PDF is a dynamic XFA form: what a viewer shows may differ from its pages.",
    ),
    # pictures between texts
    "picture.unread": Words(
        zh="文件中有{n}张图片未读取，缺少的表格可能在图片中。读取图片需要安装文字识别组件："
        "pip install 'gouji[ocr]'，安装后重新处理。",
        en="{n:picture} in it could not be read, and what is missing may be shown there. Reading "
        "pictures needs the extra for it: pip install 'gouji[ocr]', then process it again.",
    ),
    "picture.broken": Words(
        zh="第{n}张图片已损坏、过大或格式无法识别，未读取。",
        en="Picture {n} is damaged, too large or of an unknown kind, and was not read.",
    ),
    "picture.other": Words(
        zh="文件中有{n}张图片，其中的表格与正文的机关、年份或数字不一致，未采用。",
        en="The tables in its pictures ({n}) are of another organ or year than its text, or have "
        "other figures; they were not taken.",
    ),
    "picture.too_many": Words(
        zh="图片过多，有{n}张未读取。请只上传年度报告本身。",
        en="There are too many pictures: {n} were not read. Send the annual report alone.",
    ),
    # PDF: a page
    "pdf.lost_page": Words(
        zh="第{page}页已损坏，未能读取。",
        en="Page {page} is damaged and could not be read.",
    ),
    "pdf.damaged_page": Words(
        zh="第{page}页的内容已损坏，可能有文字未能读取。",
        en="The content of page {page} is damaged, and text of it may be lost.",
    ),
    "pdf.scanned_page": Words(
        zh="第{page}页是扫描图像，没有文字，未能读取。",
        en="Page {page} is a scanned image without text and could not be read.",
    ),
    "scan.unread_ink": Words(
        zh="第 {page} 页有 {n} 处笔迹没有识别出来，请对照原件。",
        en="On page {page} nothing was made of {n} pieces of ink: compare it with the original.",
    ),
    "scan.bent_page": Words(
        zh="第{page}页的纸面不平，表格线是弯的，其中的数可能错位，一律不采用。请压平后重新扫描。",
        en="The paper of page {page} was not flat: lines of its tables are bent, and figures may "
        "seem to stand in other cells than theirs. No figure of it is taken: scan it again, "
        "pressed flat.",
    ),
    "pdf.scan": Words(
        zh="第{page}页是扫描图像，文字来自图像上（下）看不见的文字层（OCR识别结果），"
        "其中的数可能识别有误，一律不采用。请上传由文字处理软件直接导出的PDF或原始文档。",
        en="Page {page} is a scanned image; its text is a hidden layer, as an OCR leaves it, and "
        "may be misread. No figure of it is taken: send the PDF exported by the word processor, "
        "or the original document.",
    ),
    "pdf.scan_in_part": Words(
        zh="第{page}页有一部分是扫描图像，文字来自图像上（下）看不见的文字层（OCR识别结果），"
        "其中的数可能识别有误，一律不采用。请上传由文字处理软件直接导出的PDF或原始文档。",
        en="Page {page} is in part a scanned image; its text is a hidden layer, as an OCR leaves "
        "it, and may be misread. No figure of it is taken: send the PDF exported by the word "
        "processor, or the original document.",
    ),
    "pdf.drawing": Words(
        zh="第{page}页线条过多，按图形处理，未按线条识别表格。",
        en="Page {page} holds so many lines that it is taken for a drawing: no table was sought "
        "by its lines.",
    ),
    "pdf.reaches_out": Words(
        zh="第{page}页有文字伸出页边，看不全。请按页面宽度重新导出PDF。",
        en="Text of page {page} reaches out of the page and cannot be seen whole: export the PDF "
        "with all of it on the page.",
    ),
    "pdf.differing_field": Words(
        zh="第{page}页有表单域或批注，显示的文字与所存的值不一致，未读取，请核对原件。",
        en="A form field or note of page {page} shows another text than the value that it holds; "
        "neither was read.",
    ),
    "pdf.struck": Words(
        zh="第{page}页有{n}个字被划去（删除线），未读取。",
        en="{n} characters of page {page} are struck out and were left out.",
    ),
    "pdf.unseen": Words(
        zh="第{page}页有{n}个看不见的字，未读取。",
        en="{n} characters of page {page} cannot be seen and were left out.",
    ),
    # OFD
    "ofd.loose_text": Words(
        zh="第{page}页有的文字没有写明各字的位置，按通常的字宽排列，请核对原件。",
        en="Some text of page {page} does not say where its characters stand; they were set at "
        "their usual widths.",
    ),
    "ofd.further_documents": Words(
        zh="文件中另有{n}个文档未读取，只读取了第一个。",
        en="The file holds {n:document} beside the one that was read.",
    ),
    # PDF: characters
    "split_digits": Words(
        zh="数字之间空隙较大，按一个数读取，请核对原件。",
        en="The digits are set apart; they were taken for one number.",
    ),
    "close_numbers": Words(
        zh="数字排得很近，可能是两个数，请核对原件。",
        en="Digits stand close together that may be two numbers.",
    ),
    "pdf.unmapped": Words(
        zh="有的字没有对应的编码（字体缺少映射表），无法读取。",
        en="Some characters have no Unicode value in the file (the font lacks a map).",
    ),
}
