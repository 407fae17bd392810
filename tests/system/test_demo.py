"""`gouji demo`: what a person runs first."""

from __future__ import annotations

from pathlib import Path

import psutil
from served import gouji


def test_the_demo_ends_well_and_leaves_nothing_running(
    tmp_path: Path, figures: dict[str, float]
) -> None:
    home = tmp_path / "home"
    # A service that the environment names is not the demo's business.
    answer = gouji(home, "demo", GOUJI_S3_ENDPOINT="http://127.0.0.1:1")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "refused:encrypted" in answer.stdout
    results = sorted((home / "demo" / "results").rglob("*.json"))
    assert len(results) >= 10
    pages = [*(home / "demo" / "results").rglob("*.report.html")]
    assert len(pages) >= 6
    assert f"open {home / 'demo' / 'results'}" in answer.stderr
    assert any("最可能有误" in page.read_text(encoding="utf-8") for page in pages)
    for process in psutil.process_iter(["environ"]):
        said = (process.info["environ"] or {}).get("GOUJI_HOME", "")
        assert not said.startswith(str(home))
