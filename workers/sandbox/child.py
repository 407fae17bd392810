"""One document, in the process that was forked for it. Never returns."""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Callable
from functools import partial

from tasks.model.refusal import Refusal, RefusalCode, ended
from tasks.model.report import Outcome
from tasks.render import result
from workers.sandbox import confine, wire
from workers.sandbox.confine import Limits

#: Bytes, name and what is asked besides -> what is answered. Raises `Refusal`.
Examine = Callable[..., Outcome | wire.Extract]

_LINE = 3
#: Made ahead: when there is no memory left, there is none to say so with.
_OUT_OF_MEMORY = wire.refused(ended(RefusalCode.OUT_OF_MEMORY))


def parse(line: int, examine: Examine, limits: Limits, resting_bytes: int) -> None:
    """Answer the question that comes on `line`, within `limits`, and exit."""
    try:
        only_line(line)
        confine.limit(limits, resting_bytes)
        confine.filter_calls()
        try:
            wire.write_all(_LINE, _answer(examine))
        except MemoryError:
            wire.write_all(_LINE, _OUT_OF_MEMORY)
        os._exit(0)
    finally:
        os._exit(1)


def only_line(line: int) -> None:
    """Close whatever is open but the line, which becomes descriptor 3.

    Of the standard ones the server was given nothing but the worker's stderr.
    """
    os.dup2(1, 2)
    os.dup2(line, _LINE)
    os.closerange(_LINE + 1, os.sysconf("SC_OPEN_MAX"))


def _answer(examine: Examine) -> bytes:
    # Of what was imported nothing is garbage, and looking for it would copy every page.
    gc.freeze()
    body, name, wish = wire.read_question(partial(os.read, _LINE))
    try:
        found = examine(body, name, **wish)
        if isinstance(found, Outcome):
            found = wire.Extract(facts=result.parts(found))
        return wire.done(found)
    except Refusal as refusal:
        return wire.refused(refusal)
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - also a panic of a library in Rust
        return wire.broke(error, traceback.format_exc())
