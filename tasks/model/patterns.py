"""Regular expressions that are compiled when they are first used.

Compiling all that the rooms have takes a third of the time that a command needs to start, and one
document uses few of them.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, AnyStr, Generic, cast
from weakref import WeakSet


def regex(expression: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, at module level. A wrong expression is only told of when it is used. The
    functions of `re` do not take it, only its own methods do."""
    return cast("re.Pattern[AnyStr]", _Regex(expression, flags))


def compile_all() -> None:
    """Those of all modules that are imported: for a process from which others are forked, each of
    which would compile them anew."""
    for one in _made:
        one.compile()


class _Regex(Generic[AnyStr]):
    def __init__(self, expression: AnyStr, flags: int) -> None:
        self._expression: AnyStr = expression
        self._flags = flags
        _made.add(self)

    def compile(self) -> None:
        _ = self._compiled

    @cached_property
    def _compiled(self) -> re.Pattern[AnyStr]:
        return re.compile(self._expression, self._flags)

    def __getattr__(self, name: str) -> Any:
        """What is asked for the first time; it is an attribute from then on."""
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found


_made: WeakSet[_Regex[Any]] = WeakSet()
