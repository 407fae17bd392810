"""Traces: which steps one document went through, from its event to its record, and how long each
took; sent to whoever collects them (OpenTelemetry), where `GOUJI_OTLP_ENDPOINT` names one.

    publish ──> the message's header `traceparent` ──> process ──> fetch, read, render, write
                                                              └──> publish, where it is tried again

`Untraced` is what there is otherwise, and in the main process of a worker, which has no thread that
sends: its children have one each. What sends is in `workers/otlp.py`, which nobody else loads.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from typing import Any, Protocol

from workers.settings import Complaint, Settings, SettingsError

#: What the extra `otel` brings.
NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


class Traces(Protocol):
    def publishing(self, about: Mapping[str, Any]) -> AbstractContextManager[dict[str, str]]:
        """Around the publishing of a job; the headers by which its trace goes on."""

    def job(
        self, headers: Mapping[str, Any], about: Mapping[str, Any]
    ) -> AbstractContextManager[None]:
        """Around one try of a job; `headers` are those of its message."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Around a step of a job."""

    def note(self, **about: Any) -> None:
        """What is known now of the job or step that this is in."""

    def close(self) -> None:
        """Send what was not sent yet. Not for long."""


class Untraced:
    def publishing(self, _about: Mapping[str, Any]) -> AbstractContextManager[dict[str, str]]:
        return nullcontext({})

    def job(
        self, _headers: Mapping[str, Any], _about: Mapping[str, Any]
    ) -> AbstractContextManager[None]:
        return nullcontext()

    def stage(self, _name: str) -> AbstractContextManager[None]:
        return nullcontext()

    def note(self, **_about: Any) -> None:
        return

    def close(self) -> None:
        return


def check_extra(settings: Settings) -> None:
    """SettingsError where traces are asked for and cannot be made."""
    if settings.otlp_endpoint is None or all(map(_is_there, NEEDED)):
        return
    raise SettingsError(
        [
            Complaint(
                "GOUJI_OTLP_ENDPOINT is set, and what sends traces is not installed:"
                " pip install 'gouji[otel]', or unset it",
                "设了 GOUJI_OTLP_ENDPOINT，但没有安装发送追踪的组件："
                "请运行 pip install 'gouji[otel]'，或不设这一项",
            )
        ]
    )


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # nor what it lies in
        return False


def open_traces(settings: Settings, process: str) -> Traces:
    """For this process, whose children have none of it. Raises SettingsError as `check_extra`."""
    if settings.otlp_endpoint is None:
        return Untraced()
    check_extra(settings)
    from workers.otlp import Sent

    return Sent(settings.otlp_endpoint, process)
