"""The kinds of tables beside those of every report, and of what is none: families of drawings."""

from __future__ import annotations

from benchmarks.grids import bare, drawings, framed, loose, outside, page_lines, records, spans
from benchmarks.grids.pages import Kind, make_page

__all__ = ["FAMILIES", "Families", "make_page"]

#: family -> kind -> what draws it
Families = dict[str, dict[str, Kind]]

#: Each family is about one thing that readers trip over.
FAMILIES: Families = {
    "rows without uprights": {
        "no upright in the body": bare.bare_body,
        "none in the last rows": bare.bare_end,
        "truly one cell": bare.wide_words,
    },
    "lines as high as the page": {
        "page frame": page_lines.page_frame,
        "side tab": page_lines.side_tab,
        "side line": page_lines.side_line,
    },
    "records in tall boxes": {"records": records.records},
    "no tables": {
        "bars": drawings.bars,
        "lying bars": drawings.lying_bars,
        "curves": drawings.curves,
        "pies": drawings.pies,
        "flow charts": drawings.flows,
    },
    "words in the frame": {
        "title and notes": framed.title_and_notes,
        "rows of sections": framed.section_rows,
    },
    "beside the grid": {
        "labels": outside.labels_outside,
        "text": outside.text_beside,
    },
    "heads that span": {
        "torn": spans.torn,
        "between lines": spans.between_lines,
        "without a line": spans.without_line,
        "stub down": spans.stub_down,
    },
    "loose parts": {
        "tall heads": loose.tall_heads,
        "heads above the lines": loose.heads_above,
        "row below the line": loose.row_below,
        "two columns of words": loose.two_columns,
        "dot leaders": loose.dot_leaders,
        "ligatures": loose.ligatures,
    },
}
