"""A bar on stderr for a person who waits; nothing at all where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workers.cli.language import Said

#: Below this many steps a bar is gone before it is seen.
WORTH_A_BAR = 2
#: What is going on, in both languages.
_WORDS = {
    "check": Said("核对", "check"),
    "read": Said("读取", "read"),
    "submit": Said("发送", "submit"),
    "wait": Said("等待", "wait"),
}


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """Call what is given once a step; with the total, where it was not known before."""
    if not sys.stderr.isatty() or (total is not None and total < WORTH_A_BAR):
        yield lambda _total=None: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as bar:
        task = bar.add_task(str(_WORDS.get(what, what)), total=total)

        def step(total: int | None = None) -> None:
            bar.update(task, advance=1, total=total)

        yield step
