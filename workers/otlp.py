"""Sends traces by OTLP over HTTP. A thread sends them, some at a time; where nobody takes them they
are dropped, and no job waits or fails for that.

Loaded only where traces are asked for: it takes what the extra `otel` brings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from tasks import VERSION

#: What was seen is sent this often.
SEND_SECONDS = 1.0
#: For one request to who collects, and for the last one at the end of a process.
TIMEOUT_SECONDS = 5.0
CLOSE_SECONDS = 2.0
#: Names of what is known -> those of OpenTelemetry's conventions; the rest is `gouji.<name>`.
_NAMES = {
    "job": "messaging.message.id",
    "queue": "messaging.destination.name",
    "error": "error.type",
}


class Sent:
    """`Traces`, to an address."""

    def __init__(self, endpoint: str, process: str) -> None:
        """`endpoint` without the path of OTLP; `process`: who sends, as in `workers.metrics`."""
        named = {"service.name": "gouji", "service.version": VERSION, "gouji.process": process}
        self._provider = TracerProvider(resource=Resource.create(named))
        exporter = OTLPSpanExporter(
            endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=TIMEOUT_SECONDS
        )
        self._provider.add_span_processor(
            BatchSpanProcessor(exporter, schedule_delay_millis=SEND_SECONDS * 1000)
        )
        self._tracer = self._provider.get_tracer("gouji", VERSION)
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def publishing(self, about: Mapping[str, Any]) -> Iterator[dict[str, str]]:
        with self._span("publish", SpanKind.PRODUCER, about):
            headers: dict[str, str] = {}
            self._propagator.inject(headers)
            yield headers

    @contextmanager
    def job(self, headers: Mapping[str, Any], about: Mapping[str, Any]) -> Iterator[None]:
        carried = {name: value for name, value in headers.items() if isinstance(value, str)}
        before = self._propagator.extract(carried)
        with self._span("process", SpanKind.CONSUMER, about, context=before):
            yield

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        with self._span(name, SpanKind.INTERNAL, {}):
            yield

    def note(self, **about: Any) -> None:
        trace.get_current_span().set_attributes(_attributes(about))

    def close(self) -> None:
        self._provider.force_flush(int(CLOSE_SECONDS * 1000))

    @contextmanager
    def _span(
        self, name: str, kind: SpanKind, about: Mapping[str, Any], **more: Any
    ) -> Iterator[Span]:
        """Exceptions are how our rooms say that a document is refused: they are named, and their
        texts, which may quote it, stay here."""
        with self._tracer.start_as_current_span(
            name,
            kind=kind,
            attributes=_attributes(about),
            record_exception=False,
            set_status_on_exception=False,
            **more,
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                raise


def _attributes(about: Mapping[str, Any]) -> dict[str, Any]:
    return {
        _NAMES.get(name, f"gouji.{name}"): value
        for name, value in about.items()
        if isinstance(value, str | int | float)
    }
