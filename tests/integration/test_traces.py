"""The way of a document as a collector of traces is told of it, from real processes, over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from station import Station, wait_for

from storage.local import free_port
from workers.traces import open_traces

pytest.importorskip(
    "opentelemetry.exporter.otlp.proto.http", reason="pip install 'gouji[otel]' brings it"
)


#: What no document comes near on a slow machine, so that each try ends by itself.
PATIENT = {"soft_time_limit_seconds": 200, "hard_time_limit_seconds": 300, "lease_seconds": 5}


class Collector:
    """Takes what OTLP sends to `/v1/traces`."""

    def __init__(self) -> None:
        from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

        self.spans: list[Any] = []
        #: Name of a process -> its spans' ids.
        self.processes: dict[bytes, str] = {}
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.path == "/v1/traces"
                asked = trace_service_pb2.ExportTraceServiceRequest.FromString(body)
                collector.take(asked)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, asked: Any) -> None:
        for of_resource in asked.resource_spans:
            named = known(of_resource.resource)
            assert named["service.name"] == "gouji"
            for of_scope in of_resource.scope_spans:
                for span in of_scope.spans:
                    self.spans.append(span)
                    self.processes[span.span_id] = named["gouji.process"]

    def of_trace_with(self, key: str, count: int) -> list[Any]:
        """All spans of the trace of this document, once there are so many; in order of time."""

        def all_of_them() -> list[Any]:
            ids = {one.trace_id for one in self.spans if known(one).get("gouji.key") == key}
            found = [one for one in self.spans if one.trace_id in ids]
            assert len(ids) < 2, "one document is one trace"
            return sorted(found, key=lambda one: one.start_time_unix_nano) * (len(found) >= count)

        return wait_for(all_of_them)


def known(of: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in of.attributes}


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_document_is_one_trace_from_its_event_to_its_record(
    new_station: Callable[..., Station], collector: Collector
) -> None:
    station = new_station(otlp_endpoint=collector.address, **PATIENT)
    station.app.traces = open_traces(station.settings, "listen")
    worker = station.start_worker()
    station.tell(station.drop("a.html"))
    station.tell(station.drop("defect.html"))
    station.done("a.html")
    station.given_up("defect.html")

    spans = collector.of_trace_with("inbox/a.html", 6)
    assert [span.name for span in spans] == [
        "publish",
        "process",
        "fetch",
        "read",
        "render",
        "write",
    ]
    publish, process, *stages = spans
    assert publish.parent_span_id == b""
    assert process.parent_span_id == publish.span_id
    assert {stage.parent_span_id for stage in stages} == {process.span_id}
    assert collector.processes[publish.span_id] == "listen"
    assert {collector.processes[span.span_id] for span in spans[1:]} == {"worker"}
    for span in stages:
        assert process.start_time_unix_nano <= span.start_time_unix_nano
        assert span.end_time_unix_nano <= process.end_time_unix_nano
    told = known(process)
    assert told["gouji.outcome"] == "done"
    assert told["gouji.format"] == "html"
    assert told["messaging.destination.name"] == "light"
    assert told["messaging.message.id"] == known(publish)["messaging.message.id"]
    assert told["gouji.attempt"] == 1

    # Three tries, each published by the one before, in one trace.
    spans = collector.of_trace_with("inbox/defect.html", 3 * 2 + 3 * 2 + 1)
    tries = [span for span in spans if span.name == "process"]
    assert [known(span)["gouji.attempt"] for span in tries] == [1, 2, 3]
    assert [known(span)["gouji.outcome"] for span in tries] == ["broke", "broke", "failed"]
    published = [span for span in spans if span.name == "publish"]
    assert [span.parent_span_id for span in published] == [b"", *(one.span_id for one in tries[:2])]
    assert [span.parent_span_id for span in tries] == [span.span_id for span in published]
    reads = [span for span in spans if span.name == "read"]
    assert {known(span)["error.type"] for span in reads} == {"Broke"}

    # Of the killed try nothing is told, and the main process, which publishes the job again, sends
    # nothing: its trace goes on.
    station.tell(station.drop("slow.html"))
    worker.kill_child_at(wait_for(lambda: station.tries("slow.html")))
    station.done("slow.html")
    publish, process, *_ = collector.of_trace_with("inbox/slow.html", 6)
    assert collector.processes[publish.span_id] == "listen"
    assert process.parent_span_id == publish.span_id
    assert known(process)["gouji.attempt"] == 2


def test_a_process_that_is_replaced_sends_what_it_has_first(
    new_station: Callable[..., Station], collector: Collector
) -> None:
    station = new_station(otlp_endpoint=collector.address, max_child_jobs=1, light_concurrency=1)
    station.start_worker()
    for number in range(2):
        station.tell(station.drop(f"{number}.html"))
    for number in range(2):
        assert len(collector.of_trace_with(f"inbox/{number}.html", 5)) == 5


def test_without_a_collector_documents_are_done_as_ever(
    new_station: Callable[..., Station],
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    station = new_station(otlp_endpoint=nobody, max_child_jobs=1, light_concurrency=1)
    worker = station.start_worker()
    for number in range(2):
        station.tell(station.drop(f"{number}.html"))
    for number in range(2):
        assert station.done(f"{number}.html")["status"] == "done"
    assert worker.process.poll() is None
