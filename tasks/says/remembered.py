"""What a text says never changes: each question about it is answered once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")

#: A worker reads documents for weeks: what was asked longest ago is forgotten.
MOST = 65_536


def remembered(ask: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
    """A pure function of texts that keeps its answers."""
    return cast("Callable[_Asked, _Answer]", lru_cache(maxsize=MOST)(ask))
