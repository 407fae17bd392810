"""Regions with pipes -> rows, or cells whose rows are lost. The grammar: see the package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from tasks.model.document import Doubt, DoubtKind
from tasks.model.limits import MAX_CELLS
from tasks.model.patterns import regex
from tasks.model.saying import say
from tasks.read.text.lines import Line
from tasks.read.text.pieces import Found, Piece, Row, Rows, paragraph, too_large, unmarked
from tasks.read.text.regions import ends_region

_OTHER_PIPES = "｜│┃║¦￨❘"
_PIPES = str.maketrans(dict.fromkeys(_OTHER_PIPES, "|"))
_OTHER_PIPE = regex(f"[{_OTHER_PIPES}]")
_ESCAPED = "\ue000"
#: `|---|:--:|`, `---+---`: hyphens in every cell. A dash for a blank is one or two longer ones.
_RULER = regex(r"[|\s+]*+(?:(?::?-{2,}+:?|:-++:?|-++:|={2,}+|[—–─━═－]{3,}+)[|\s+]*+)+")
#: A pipe behind a space and another pipe: a blank cell, not one that a span swallowed.
_BLANKS = regex(r"(?<=\|)\s+(?=\|)")
_BULLET = regex(r"^\s*[*•●▪◦]\s+(?=.*\|)")
_MOST_PIPES = 64
_STROKES = frozenset("-=—–─━═－")
#: Lines without a pipe that a cell's own line breaks may leave in a row.
_LOOSE = 3
_MISSING = frozenset({"nan", "NaN", "None", "NULL", "<NA>"})
_INVENTED = regex(r"Unnamed: ?\d+(?:_level_\d+)?|(?:Column|Col|列) ?\d+|\d{1,3}")


def is_pipe_line(line: Line) -> bool:
    return "|" in line.text or bool(_OTHER_PIPE.search(line.text))


def _with_one_sign(text: str) -> str:
    """With one sign for all pipes."""
    return text.translate(_PIPES) if _OTHER_PIPE.search(text) else text


def pipe_region_end(lines: Sequence[Line], start: int) -> int:
    """Index after the last pipe line of the region; a few lines without a pipe stay inside."""
    end, at, loose = start + 1, start + 1, 0
    while at < len(lines):
        line = lines[at]
        if is_pipe_line(line):
            end, loose = at + 1, 0
        elif line.blank:
            pass
        elif ends_region(line) or loose >= _LOOSE:
            break
        else:
            loose += 1
        at += 1
    return end


def read_pipes(lines: Sequence[Line], *, at_end: bool = False) -> Iterator[Found]:
    """`at_end`: the text ends with these lines, and there it may be cut off."""
    found = list(_read_pipes(lines))
    if at_end and isinstance(found[-1], Rows) and _breaks_off(lines):
        found[-1].rows[-1][-1].doubts = (_BROKEN_OFF,)
    yield from found


_BROKEN_OFF = Doubt(
    kind=DoubtKind.TRUNCATED,
    says=(say("truncated.cell"),),
)
#: Fewer lines than this show no habit of closing them.
_FEWEST_CLOSED = 3


def _breaks_off(lines: Sequence[Line]) -> bool:
    """Whether all lines end with a pipe but the last."""
    *before, last = [text for line in lines if (text := _with_one_sign(line.text).rstrip())]
    closed = len(before) >= _FEWEST_CLOSED and all(text.endswith("|") for text in before)
    return closed and not last.endswith("|")


def _read_pipes(lines: Sequence[Line]) -> Iterator[Found]:
    lines = [Line(line.number, _plain(line.text)) for line in lines]
    if lines[0].text.strip().startswith("{|"):
        yield Rows(_wiki(lines))
        return
    marked = [line for line in lines if "|" in line.text]
    if sum(line.text.count("|") for line in marked) > MAX_CELLS:
        raise too_large()
    if all(_doubled(line.text) for line in marked):
        lines = [Line(line.number, line.text.replace("||", "|")) for line in lines]
        marked = [line for line in lines if "|" in line.text]
    content = [line for line in marked if not _is_ruler(line.text)]
    pipes = None if _all_alike(content) else _pipes_a_row(content)
    if pipes is not None:
        cells = [line for line in lines if not _is_ruler(line.text)]
        yield Rows(_cut(cells, pipes), blanks_sure=_closed_below(lines))
    elif _lines_are_rows(content) or len(content) < len(marked):
        yield from _read_rows(lines)
    else:
        yield from _loose_cells(lines)


def _plain(text: str) -> str:
    """With one sign for all pipes, without the mark of a list before the row."""
    return _BULLET.sub("", _with_one_sign(text.replace("\\|", _ESCAPED)))


def _doubled(text: str) -> bool:
    """`|| a || b ||`: the mark is two pipes."""
    text = text.strip()
    ends = text.startswith("||") and text.endswith("||")
    return ends and all(len(run) == 2 for run in re.findall(r"\|+", text))


def _is_ruler(text: str) -> bool:
    return text.lstrip(" |+:")[:1] in _STROKES and bool(_RULER.fullmatch(text))


def _piece(text: str, first: int, last: int) -> Piece:
    return Piece(unmarked(text).replace(_ESCAPED, "|"), first, last)


# A line a row


def _is_closed(text: str) -> bool:
    text = text.strip()
    return text.startswith("|") and text.endswith("|") and bool(text.strip("| "))


def _all_alike(lines: Sequence[Line]) -> bool:
    """As many pipes in every line."""
    counts = {line.text.count("|") for line in lines}
    return len(counts) == 1 and counts != {1}


def _lines_are_rows(lines: Sequence[Line]) -> bool:
    """Most lines that hold a text hold several; or all lines are alike, or closed on both sides."""
    if len(lines) > 1 and (_all_alike(lines) or all(_is_closed(line.text) for line in lines)):
        return True
    filled = [line for line in lines if line.text.strip(" |")]
    several = sum(_holds_several(line.text) for line in filled)
    return several * 2 >= len(filled) and several > 0


def _holds_several(text: str) -> bool:
    """Several texts, or one with blank cells: `行政许可 | | | |`, but not `行政许可 |||`."""
    parts = [part.strip() for part in text.split("|")]
    return sum(map(bool, parts)) >= 2 or len(_BLANKS.findall(text)) >= 2


def _read_rows(lines: Sequence[Line]) -> Iterator[Found]:
    """Rows by lines; a line without a pipe stands between two tables."""
    group: list[Line] = []
    found: list[Found] = []
    for line in lines:
        if "|" in line.text or line.blank or _is_ruler(line.text):
            group.append(line)
            continue
        found += _tables(group)
        found.append(paragraph(line.text, line.number, line.number))
        group = []
    found += _tables(group)
    yield from found


def _tables(group: Sequence[Line]) -> Iterator[Found]:
    """One table; several where each has its own ruler and more than one row."""
    parts = _at_rulers(group)
    if all(len(part) == 1 for part in parts):
        parts = [[line for part in parts for line in part]]
    for part in parts:
        rows = _without_invented(_joined(_rows_by_line(part))) if part else []
        if len(rows) == 1 and sum(bool(piece.text) for piece in rows[0]) < 2:
            # a single pipe in prose, or a breadcrumb
            yield from (paragraph(p.text, p.first, p.last) for p in rows[0] if p.text)
        elif rows:
            yield Rows(rows, blanks_sure=_closed_apart(part))


def _at_rulers(group: Sequence[Line]) -> list[list[Line]]:
    """The lines cut before each header: a line after an empty one and before a ruler."""
    parts: list[list[Line]] = [[]]
    for at, line in enumerate(group):
        if line.blank or _is_ruler(line.text):
            continue
        after = group[at + 1] if at + 1 < len(group) else None
        if at and group[at - 1].blank and after is not None and _is_ruler(after.text):
            parts.append([])
        parts[-1].append(line)
    return [part for part in parts if part]


def _rows_by_line(lines: Sequence[Line]) -> list[Row]:
    """A line a row, outer pipes left out."""
    opened, closed = _outer(lines, 0), _outer(lines, -1)
    rows: list[Row] = []
    for line in lines:
        text = line.text.strip()
        cells = [_piece(part, line.number, line.number) for part in text.split("|")]
        if opened and text.startswith("|"):
            cells = cells[1:]
        if closed and text.endswith("|") and len(cells) > 1:
            cells = cells[:-1]
        rows.append(cells)
    return rows


def _outer(lines: Sequence[Line], side: int) -> bool:
    """Whether lines have a pipe on that side: all, or most where they are not alike. Where
    some have none, a pipe beside a blank cell only may as well be that cell's own."""
    parts = [line.text.strip().split("|") for line in lines]
    having = [cells for cells in parts if len(cells) > 1 and not cells[side]]
    if len(having) == len(lines):
        return True
    beside = 1 if side == 0 else -2
    return (
        len(having) * 5 >= len(lines) * 4
        and any(cells[beside].strip() for cells in having)
        and not _all_alike(lines)
    )


#: What closes a row: a run of pipes.
_CLOSERS = regex(r"\|{2,}\s*$")
#: Blank cells behind the last text, each with a pipe of its own.
_BLANKS_BEHIND = regex(r"\|\s+\|\s+\|+\s*$")
#: Fewer rows than this that a run of pipes closes show no habit.
_FEWEST_RUNS = 2


def _closed_apart(lines: Sequence[Line]) -> bool:
    """Whether blank cells behind the last text look other than what closes a row: `a | | |` where
    that is `a | ||`."""
    texts = [line.text for line in lines]
    runs = sum(bool(_CLOSERS.search(text)) and not _BLANKS_BEHIND.search(text) for text in texts)
    return runs >= _FEWEST_RUNS and any(map(_BLANKS_BEHIND.search, texts))


def _joined(rows: list[Row]) -> list[Row]:
    """A row too short is joined with the next where the two make up a whole one."""
    widths = [len(row) for row in rows]
    common = max(set(widths), key=lambda width: (widths.count(width), width))
    joined: list[Row] = []
    for row in rows:
        before = joined[-1] if joined else None
        if (
            before is not None
            and len(before) < common
            and len(before) + len(row) == common
            and not any(_is_label(piece.text) for piece in row)
        ):
            before.extend(row)
        else:
            joined.append(list(row))
    return joined


def _is_label(text: str) -> bool:
    return sum("\u4e00" <= character <= "\u9fff" for character in text) >= 2


def _without_invented(rows: list[Row]) -> list[Row]:
    """Without what a program made up: names of columns that had none, a running number before
    each row, `nan` for a blank."""
    heads = [piece.text for piece in rows[0] if piece.text]
    if len(rows) < 2 or not heads or not all(_INVENTED.fullmatch(head) for head in heads):
        return rows
    body = rows[1:]
    counted = [row[0].text for row in body] == [str(n) for n in range(len(body))]
    if counted and not rows[0][0].text:
        body = [row[1:] for row in body]
    if not any("Unnamed" in head for head in heads) and not counted:
        return rows
    for piece in (piece for row in body for piece in row if piece.text in _MISSING):
        piece.text = ""
    return body


# A cell a line


def _pipes_a_row(lines: Sequence[Line]) -> int | None:
    """The number of pipes that makes a row; None where none or more than one would.

    A line that ends in several pipes closes a row: for cells that a span swallowed. So the number
    divides the pipes counted up to each such line, no line has more, a line of nothing but
    pipes has fewer, and counting by it every row ends where a line ends with a pipe.
    """
    counts = list(accumulate(line.text.count("|") for line in lines))
    ends = {
        count for line, count in zip(lines, counts, strict=True) if line.text.rstrip().endswith("|")
    }
    closers = [
        count
        for line, count in zip(lines, counts, strict=True)
        if line.text.rstrip().endswith("||")
    ]
    if len(closers) < 2:
        return None
    alone = [line.text.count("|") + 1 for line in lines if not line.text.strip(" |")]
    fewest = max(*(line.text.count("|") for line in lines), *alone, 2)
    fitting = [
        pipes
        for pipes in range(fewest, _MOST_PIPES + 1)
        if all(count % pipes == 0 for count in closers)
        and all(count in ends for count in range(pipes, counts[-1] + 1, pipes))
        and counts[-1] >= 2 * pipes
    ]
    return fitting[0] if len(fitting) == 1 else None


def _closed_below(lines: Sequence[Line]) -> bool:
    """Whether a blank cell has a line of its own above what closes its row, or above another:
    a run of pipes alone closes a row. Not where a pipe opens each row."""
    texts = [line.text.strip() for line in lines if not line.blank]
    runs = sum(len(text) > 1 and not text.strip("|") for text in texts)
    return (runs >= _FEWEST_RUNS and texts[0] != "|") and any(
        above == "|" and not below.strip("|") for above, below in pairwise(texts)
    )


def _cut(lines: Sequence[Line], pipes: int) -> list[Row]:
    """The pieces between pipes, so many a row."""
    rows: list[Row] = [[]]
    for piece, closed in _pieces(lines):
        if len(rows[-1]) == pipes:
            rows.append([])
        if closed or piece.text:
            rows[-1].append(piece)
    if len(rows) > 1 and all(not row[0].text for row in rows if row):
        # the pipe before each first cell
        rows = [row[1:] for row in rows]
    return [row for row in rows if row]


def _pieces(lines: Sequence[Line]) -> Iterator[tuple[Piece, bool]]:
    """What stands between pipes, line breaks included, and whether a pipe closes it."""
    said: list[str] = []
    first = 0
    for line in lines:
        *closed, rest = line.text.split("|")
        for part in closed:
            said.append(part.strip())
            yield _piece("\n".join(filter(None, said)), first or line.number, line.number), True
            said, first = [], 0
        if rest.strip():
            said.append(rest.strip())
            first = first or line.number
    yield _piece("\n".join(said), first, lines[-1].number), False


def _loose_cells(lines: Sequence[Line]) -> Iterator[Found]:
    """One paragraph a cell, an empty one for a blank cell: the rows are lost."""
    for index, (piece, closed) in enumerate(_pieces(lines)):
        # the pipe before the first cell closes nothing
        if piece.text or (closed and index):
            yield paragraph(piece.text, piece.first or piece.last, piece.last)


# Wiki


def _wiki(lines: Sequence[Line]) -> list[Row]:
    """`{|`, `|-` before each row, `| cell` or `| a || b`, `|}`."""
    rows: list[Row] = [[]]
    for line in lines:
        text = line.text.strip()
        if text.startswith(("{|", "|}", "|+")):
            continue
        if text.startswith("|-"):
            rows.append([])
        elif text.startswith(("|", "!")):
            for part in re.split(r"\|\||!!", text[1:]):
                # attributes before the text: `colspan="2" | text`
                rows[-1].append(_piece(part.split("|")[-1], line.number, line.number))
        elif rows[-1] and text:
            rows[-1][-1].text += "\n" + text
    return [row for row in rows if row]
