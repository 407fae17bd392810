"""A shell completes commands and options."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workers.cli.completion import VARIABLE

GOUJI = Path(sys.executable).parent / "gouji"


def answered(words: str, shell: str) -> str:
    """What the command answers a shell that asks how these words may go on."""
    asked = {
        VARIABLE: f"{shell}_complete",
        "COMP_WORDS": words,
        # fish tells the word itself, the others its number.
        "COMP_CWORD": words.split()[-1] if shell == "fish" else str(len(words.split()) - 1),
    }
    ran = subprocess.run(
        [GOUJI], env=os.environ | asked, capture_output=True, text=True, timeout=180
    )
    return ran.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_and_options(shell: str) -> None:
    assert "list" in answered("gouji li", shell)
    assert "--prefix" in answered("gouji list --pre", shell)


@pytest.mark.parametrize("words", ["check rep", "check --to rep", "submit rep", "export --to rep"])
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_files_are_left_to_the_shell(words: str, shell: str) -> None:
    """Which then completes them as it does for any program."""
    assert re.match(r"file[,\n]rep\b", answered(f"gouji {words}", shell))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_for_them(shell: str, tmp_path: Path) -> None:
    ran = subprocess.run([GOUJI, "completion", shell], capture_output=True, text=True, timeout=180)
    assert ran.returncode == 0
    assert f"{VARIABLE}={shell}_complete" in ran.stdout
    if shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(ran.stdout)
        subprocess.run([shell, "-n", str(script)], check=True, timeout=60)
