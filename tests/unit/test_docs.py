"""What the documents say is there, is there; what repeats the code, repeats it."""

from __future__ import annotations

import ast
import re
import runpy
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tasks.check.tellings import TELLINGS
from tasks.forms.annual_report import FORM
from tasks.model.document import DoubtKind
from tasks.model.refusal import RefusalCode
from tasks.model.report import Kind
from workers.cli.commands import gouji
from workers.settings import _variables

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "deploy/**/*.md", "docs/**/*.md", "tests/**/*.md")
    for path in ROOT.glob(pattern)
    if ".venv" not in path.parts
)
#: `[words](target)`, outside of code.
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
#: `tasks/read/html.py`, `docs/adr`: a path of the repository in code quotes.
_PATH = re.compile(r"`((?:tasks|storage|workers|samples|tests|docs|deploy|benchmarks)/[\w./-]+)`")


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def without_code(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", without_code(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


# --- all pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in _LINK.findall(without_code(path.read_text(encoding="utf-8"))):
        file, _, anchor = target.partition("#")
        if "://" in file:
            continue
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        assert not anchor or anchor in anchors(there.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_are_named_are_there(path: Path) -> None:
    named = _PATH.findall(path.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_decisions_are_listed() -> None:
    files = {path.name for path in (ROOT / "docs/adr").glob("0*.md")}
    assert set(_LINK.findall(page("docs/adr/README.md"))) == files


# --- pages that repeat the code --------------------------------------------------------------


def test_generated_pages_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    generate = runpy.run_path(str(ROOT / "docs/generate.py"))
    assert generate["main"](["--check"]) == 0, capsys.readouterr().out


def test_every_rule_of_the_code_is_explained_and_no_other() -> None:
    assert explained() == set(rules_of_code())


def explained() -> set[str]:
    return set(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", page("docs/rules.md"), re.MULTILINE))


def rules_of_code() -> Iterator[str]:
    """Whatever stands behind `rule=` in the rooms, and what the tables behind it make of it."""
    for path in (ROOT / "tasks").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.keyword) and call.arg == "rule":
                yield from written(call.value)
    yield from (f"extraction.{kind}" for kind in DoubtKind)
    yield from (f"narrative.{telling.field}" for telling in TELLINGS)


def written(value: ast.expr) -> Iterator[str]:
    """The strings that an expression may be; none where it is put together."""
    match value:
        case ast.Constant(value=str(rule)):
            yield rule
        case ast.IfExp():
            yield from written(value.body)
            yield from written(value.orelse)


def test_every_field_of_the_form_is_in_the_glossary() -> None:
    text = page("docs/glossary.md")
    lines = {line for edition in FORM.editions for pair in edition.fields() for line in pair}
    assert [line.id for line in lines if f"| `{line.id}` |" not in text] == []
    assert [line.id for line in lines if line.label not in text] == []


def test_kinds_and_codes_are_explained() -> None:
    text = page("docs/results.md")
    assert [kind for kind in (*Kind, *RefusalCode) if f"| `{kind}` |" not in text] == []


# --- commands ----------------------------------------------------------------------------------


@cache
def code() -> tuple[str, ...]:
    """Every line of every code block."""
    blocks = (
        block for path in PAGES for block in path.read_text(encoding="utf-8").split("```")[1::2]
    )
    return tuple(line for block in blocks for line in block.splitlines()[1:])


@cache
def shown_commands() -> tuple[tuple[str, ...], ...]:
    """Each `gouji …` line of a code block, its remark taken off; also those in the lines of the
    pages that are read when something is wrong."""
    matches = (re.match(r"(?:\$ |\.venv/bin/)?gouji (.*)", line) for line in code())
    lines = [match[1] for match in matches if match]
    for path in (ROOT / "docs/runbooks").glob("*.md"):
        lines += re.findall(r"`gouji ([^`]+)`", path.read_text(encoding="utf-8"))
    words = (tuple(shlex.split(re.split(r"\s#\s|\s>\s", line)[0])) for line in lines)
    return tuple(dict.fromkeys(words))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_settings_that_are_named_are_settings(path: Path) -> None:
    named = re.findall(r"\bGOUJI_[A-Z0-9_]*[A-Z0-9]\b(?![*…])", path.read_text(encoding="utf-8"))
    # What changed once may be gone by now.
    assert path.name == "CHANGELOG.md" or set(named) <= _variables().keys()


def test_commands_are_shown() -> None:
    assert {words[0] for words in shown_commands()} >= {"check", "up", "submit", "reprocess"}


@pytest.mark.parametrize("words", shown_commands(), ids=" ".join)
def test_commands_that_are_shown_are_taken(words: tuple[str, ...]) -> None:
    verb, *options = words
    assert gouji.commands[verb].make_context(verb, list(options)).info_name == verb


def scenarios() -> Iterator[str]:
    """What tests of faults keep a row of; the soak has a chapter of its own."""
    for path in sorted((ROOT / "tests/faults").glob("test_*.py")):
        for one in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(one, ast.FunctionDef) and "row" in [arg.arg for arg in one.args.args]:
                yield one.name.removeprefix("test_")


def test_each_fault_that_is_made_has_its_row() -> None:
    told = set(re.findall(r"^\| `(\w+)", page("docs/reliability.md"), re.MULTILINE))
    assert len(told) > 60
    assert {*scenarios()} - {"soak"} <= told


def test_make_targets_that_are_shown_are_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))
    quoted = (found for path in PAGES for found in re.findall(r"`(make [a-z]+)`", path.read_text()))
    said = [line for line in (*code(), *quoted) if line.startswith("make ")]
    named = {line.split()[1] for line in said}
    assert {"demo", "test", "check", "docs"} <= named <= targets
