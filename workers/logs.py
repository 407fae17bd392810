"""One line an event: a constant name and its values, as JSON or for a terminal.

`configure` is called once at each entry point. Context that belongs to a whole job (key,
task id) is bound with `structlog.contextvars` by `base.Job`. What other libraries say
through `logging` comes out in the same form.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, TextIO

import structlog
from celery.signals import setup_logging
from pydantic import SecretStr
from structlog.typing import Processor

from workers.settings import Settings

STARS = "**********"
#: Say too much at the level chosen, or repeat what we log ourselves.
QUIET: dict[str, int] = {
    "celery.worker.strategy": logging.WARNING,  # "Task … received", once more for each job
    "celery.app.trace": logging.WARNING,  # "Task … succeeded", likewise
    "celery.redirected": logging.WARNING,
    "botocore": logging.WARNING,
    "boto3": logging.WARNING,
    "urllib3": logging.ERROR,
    "httpx": logging.WARNING,
    "uvicorn.access": logging.WARNING,
    "pdfminer": logging.ERROR,
    "tornado.access": logging.ERROR,
}
#: What would break a line, colour a terminal or turn what follows around: C0 and C1 controls,
#: line separators, marks of the direction of writing.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Send all logs of this process to `stream` (stderr), and keep Celery's hands off them."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _Stars(_secrets(settings)),
                *_rendering(settings, stream),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(max(level, logging.root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    setup_logging.connect(_leave_alone, weak=False)


def _leave_alone(**_: Any) -> None:
    """A receiver of `setup_logging` is what tells Celery not to install its own handlers."""


def _rendering(settings: Settings, stream: TextIO) -> list[Processor]:
    console = settings.log_format == "console" or (
        settings.log_format == "auto" and stream.isatty()
    )
    if not console:
        return [structlog.processors.JSONRenderer(serializer=_one_line)]
    return [
        _escape_controls,
        structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
        ),
    ]


def _secrets(settings: Settings) -> tuple[str, ...]:
    # Of three characters or less, it would star half of what is said.
    plain = (value.get_secret_value() for _, value in settings if isinstance(value, SecretStr))
    return tuple(secret for text in plain for secret in _secret_parts(text) if len(secret) > 3)


def _secret_parts(text: str) -> Iterable[str]:
    """Of an address only its password is a secret."""
    if "://" not in text:
        return (text,)
    return re.findall(r"://[^/@]*:([^/]*)@", text)


class _Stars:
    """Replaces the secrets wherever they turn up, also in messages of other libraries."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        longest_first = sorted(map(re.escape, secrets), key=len, reverse=True)
        self.pattern = re.compile("|".join(longest_first)) if secrets else None

    def __call__(
        self, _logger: Any, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        if self.pattern is not None:
            for name, value in event.items():
                event[name] = self._starred(value)
        return event

    def _starred(self, value: Any) -> Any:
        if self.pattern is None or value is None or isinstance(value, bool | int | float):
            return value
        text = value if isinstance(value, str) else repr(value)
        starred = self.pattern.sub(STARS, text)
        return value if starred == text else starred


def _escape_controls(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A key with a line break in it must not look like a second event."""
    for name, value in event.items():
        if isinstance(value, str) and name != "exception":
            event[name] = _CONTROL.sub(_escape, value)
    return event


def _one_line(event: Any, **options: Any) -> str:
    """JSON escapes the line break of ASCII only."""
    return _CONTROL.sub(_escape, json.dumps(event, ensure_ascii=False, **options))


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
