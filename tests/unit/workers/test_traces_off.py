"""Traces and metrics that nobody asked for cost nothing; what they need is asked for clearly."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workers import traces
from workers.settings import Settings, SettingsError, read_settings
from workers.traces import Untraced, check_extra, open_traces

#: What takes them. Of OpenTelemetry itself redis-py loads what it would measure by, wherever that
#: is installed.
LOADED = (
    "opentelemetry.exporter",
    "opentelemetry.sdk.trace",
    "prometheus_client",
    "workers.board",
    "workers.metrics",
    "workers.otlp",
    "workers.scrape",
)


def test_nothing_is_loaded_for_them() -> None:
    program = """
import sys
import workers.listen, workers.poll, workers.sweep, workers.request, workers.worker
from workers.app import make_app
from workers.settings import Settings
make_app(Settings(), publisher=True)
print(*sys.modules)
"""
    said = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)
    loaded = said.stdout.decode().split()
    assert "workers.poll" in loaded
    assert [name for name in loaded if name.startswith(LOADED)] == []


def test_unset_there_are_none_and_what_is_said_is_nothing() -> None:
    untraced = open_traces(Settings(), "listen")
    assert isinstance(untraced, Untraced)
    with untraced.publishing({"queue": "light"}) as headers:
        assert headers == {}
    with untraced.job({}, {}), untraced.stage("read"):
        untraced.note(outcome="done")
    untraced.close()


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "NEEDED", ("no_such_package.part",))
    check_extra(Settings())
    asked = Settings(otlp_endpoint="http://127.0.0.1:4318")
    for refused in (lambda: check_extra(asked), lambda: open_traces(asked, "listen")):
        with pytest.raises(SettingsError) as told:
            refused()
        (complaint,) = told.value.complaints
        for words in (complaint.en, complaint.zh):
            assert "GOUJI_OTLP_ENDPOINT" in words
            assert "pip install 'gouji[otel]'" in words


def test_the_address_has_its_scheme() -> None:
    with pytest.raises(SettingsError, match="GOUJI_OTLP_ENDPOINT must begin with http"):
        read_settings({"GOUJI_OTLP_ENDPOINT": "127.0.0.1:4317"})
