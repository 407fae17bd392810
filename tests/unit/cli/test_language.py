"""In which language a command speaks, and that it speaks no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from samples import STYLES, make_report, next_year, render
from samples.defects import DEFECTS, spoil
from samples.layout import draft
from samples.report import broken, misreported, with_figure
from tasks.model.document import Format
from tasks.model.refusal import RefusalCode, ended, too_large
from workers.cli import chinese, run
from workers.cli.columns import USUAL, width
from workers.cli.commands import gouji
from workers.cli.language import Language, chosen
from workers.settings import Settings

HAN = re.compile(r"[\u3400-\u9fff]")
#: Words that Chinese lines hold: names of things, of formats, options, variables and commands.
ALLOWED = re.compile(
    r"gouji|GOUJI_\w+|FILE(?:_OR_FOLDER)?|KEY|PREFIX|VERSION|TIMEOUT|CODE|SEED|EVERY|TO|VERDICT"
    r"|\.(?:csv|xlsx|html|parquet)\b"
    r"|--?[a-z][a-z-]*|`[^`]*`|“[^”]*”|'[^']*'|\"[^\"]*\"|\S+\.(?:csv|pdf|html|txt|docx|xlsx?|parquet|json)\b"
    r"|(?<![A-Za-z])[A-Z]{2,6}(?![A-Za-z])|Excel|Word|Office|Ctrl-C|Flower|Thumbs\.db|MiB|KiB|gzip"
    r"|inbox|reviewer|viewer|error|poor|warning|clean|light|bash|zsh|fish|rebuild|pdf|zh|en|html|docx|xlsx?|ofd|odt|rtf|doc|text|archive|mail|image|ocr|results|failed|utf-8|gbk"
)
COMMANDS = gouji.commands


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GOUJI_LANG", request.param)
    return str(request.param)


def strangers(text: str, language: str, *, quoted: tuple[str, ...] = ()) -> list[str]:
    """Pieces of the other language; `quoted` comes from documents and is as it is there."""
    for said in sorted(quoted, key=len, reverse=True):
        text = text.replace(said, " ")
    if language == "en":
        return [line for line in text.splitlines() if HAN.search(line)]
    return re.findall(r"[A-Za-z]{3,}", ALLOWED.sub(" ", text))


# Which one


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        ([], {}, Language.ZH),
        ([], {"LANG": "C.UTF-8"}, Language.ZH),
        ([], {"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ([], {"LANG": "en_US.UTF-8"}, Language.EN),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, Language.ZH),
        ([], {"LANG": "en_US.UTF-8", "GOUJI_LANG": "zh"}, Language.ZH),
        (["check", "--lang", "en", "a"], {"GOUJI_LANG": "zh"}, Language.EN),
        (["--lang=en", "check", "a"], {}, Language.EN),
        (["check", "a", "--lang"], {}, Language.ZH),
        (["check", "a", "--lang", "fr"], {"LANG": "en_GB.UTF-8"}, Language.EN),
        (["check", "--", "--lang", "en"], {}, Language.ZH),
    ],
)
def test_the_language_is_chosen(
    arguments: list[str], environ: dict[str, str], expected: Language
) -> None:
    assert chosen(arguments, environ) is expected


def test_an_unknown_language_is_complained_of(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "a.pdf", "--lang", "fr"]) == 64
    assert "fr" in capfd.readouterr().err
    monkeypatch.setenv("GOUJI_LANG", "fr")
    assert run(["settings"]) == 64
    assert "GOUJI_LANG" in (err := capfd.readouterr().err)
    assert "None" not in err


# Help


def test_every_command_and_option_has_chinese_words() -> None:
    assert chinese.COMMANDS.keys() == COMMANDS.keys()
    for name, command in COMMANDS.items():
        shown = {one.name for one in command.params if not getattr(one, "hidden", False)}
        assert shown - chinese.EVERYWHERE.keys() == chinese.COMMANDS[name].parameters.keys()


def test_every_setting_has_chinese_words() -> None:
    assert Settings.model_fields.keys() <= chinese.SETTINGS.keys()


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_speaks_one_language(
    name: str, flag: str, language: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run([*([name] if name else []), flag]) == 0
    said = capfd.readouterr().out
    described, _, example = said.rpartition({"zh": "示例：", "en": "Example:"}[language])
    assert strangers(described or example, language, quoted=tuple(COMMANDS)) == []
    assert all(width(line) <= USUAL for line in said.splitlines())
    assert "None" not in said


def test_only_what_may_be_several_has_dots(capfd: pytest.CaptureFixture[str]) -> None:
    run(["results", "--help"])
    assert capfd.readouterr().out.startswith("Usage: gouji results [OPTIONS] KEY\n")
    run(["check", "--help"])
    assert capfd.readouterr().out.startswith("Usage: gouji check [OPTIONS] FILE…\n")


@pytest.mark.parametrize(
    ("arguments", "where"), [(["results"], "gouji results"), (["chekc"], "gouji"), ([], "gouji")]
)
def test_the_help_that_is_named_is_of_the_command(
    arguments: list[str], where: str, capfd: pytest.CaptureFixture[str]
) -> None:
    run(arguments)
    assert f"`{where} --help`" in capfd.readouterr().err


def test_the_version_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert re.fullmatch(r"gouji \d+\.\d+\.\d+\n", capfd.readouterr().out)


# Complaints


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--nonsense"],
        ["check", "--jsn", "a.pdf"],
        ["check", "a.pdf", "--json=3"],
        ["check", "missing.pdf"],
        ["check", "a.txt", "--to", "list.xls"],
        ["check", "a.txt", "--to", "nowhere/list.csv"],
        ["check", "empty"],
        ["chekc"],
        [],
        ["settings", "more"],
        ["submit", "--prefix"],
        ["submit", "a.txt", "--timeout", "long"],
        ["submit", "a.txt", "--timeout", "-1"],
        ["submit", "a.txt", "--timeout", "nan"],
        ["submit", "missing.pdf"],
        ["submit", "empty"],
        ["worker"],
        ["worker", "--queue", "other"],
        ["sweep", "--every", "0"],
        ["reprocess"],
        ["reprocess", "--code", "encripted"],
        ["reprocess", "--format", "pfd"],
        ["reprocess", "--older-than-engine", "newest"],
        ["results", "../"],
    ],
    ids=" ".join,
)
def test_complaints_speak_one_language(
    arguments: list[str],
    language: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("a")
    Path("empty").mkdir()
    assert run(arguments) == 64
    out, err = capfd.readouterr()
    assert out == ""
    assert len(err.splitlines()) <= 2
    codes = (*RefusalCode, "refused", *Format) if "reprocess" in arguments else ()
    assert strangers(err, language, quoted=(*arguments, *codes)) == []
    if language == "zh":
        assert HAN.search(err)


@pytest.mark.parametrize(
    "variable",
    ["GOUJI_ATTEMPTS", "GOUJI_S3_BUKCET", "GOUJI_S3_ENDPOINT", "GOUJI_LOG_LEVEL"],
)
def test_settings_that_will_not_do_are_told_in_one_language(
    variable: str,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, "x")
    assert run(["settings"]) == 64
    err = capfd.readouterr().err
    assert variable in err
    assert strangers(err, language, quoted=("http://", "https://", "info")) == []


@pytest.mark.parametrize("command", [["status"], ["list"], ["failed"], ["results", "a.pdf"]])
def test_without_a_service_it_is_said_how_to_have_one(
    command: list[str],
    language: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(command) == 1
    err = capfd.readouterr().err
    assert "gouji up" in err
    assert strangers(err, language, quoted=(".gouji",)) == []


# What is said of documents


REPORT = make_report(
    5, organ="霁川县财政局", year=2023, zero_share=0.3,
    editions={"disclosure": "2021", "requests": "2021"},
)  # fmt: skip


def documents() -> Iterator[tuple[str, bytes]]:
    """Reports with every defect there is, in every format; and what is none."""
    styles = {form: next(iter(STYLES[form])) for form in Format if form in STYLES}
    for number, name in enumerate(DEFECTS):
        form = (Format.HTML, Format.TEXT, Format.DOCX)[number % 3]
        yield f"{name}.x", render(spoil(draft(REPORT), name, 1), form, styles[form])
    unread = REPORT
    for row in REPORT.values["requests"]:
        unread = with_figure(unread, f"requests.{row}.total", None, written="？")
    for name, report in {
        "one": broken(REPORT, "requests.new.natural_person", 3),
        "told": misreported(REPORT, "received", 2),
        "unread": unread,
        "next": broken(next_year(REPORT, 4), "requests.carried_over.business", 2),
    }.items():
        yield f"{name}.html", render(report, Format.HTML, styles[Format.HTML])
    yield "notice.txt", "通知\n今天放假。\n".encode()
    yield "empty.pdf", b""
    yield "a.zip", b"PK\x03\x04" + bytes(40)
    yield "a.jpg", b"\xff\xd8\xff" + bytes(40)
    yield "a.rar", b"Rar!\x1a\x07" + bytes(40)
    yield "a.pdf", b"%PDF-1.4\n" + bytes(40)


#: What stands in the documents, and is cited in both languages.
QUOTED = re.compile(
    r"(?:seen|kept aside|says|sentence|first): .*|“[^”]*”|'[^']*'|\([^()]*'[^']*'\)"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("documents")
    for name, body in documents():
        (made / name).write_bytes(body)
    return made


def test_documents_are_told_of_in_one_language(
    language: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(folder), "--notes"]) == 2
    said, talk = capfd.readouterr()
    said = QUOTED.sub(" ", said.replace(f"{folder}/", ""))
    names = (*(path.name for path in folder.iterdir()), *RefusalCode, "霁川县财政局")
    assert strangers(said + talk, language, quoted=names) == []


def test_refusals_of_the_machinery_are_told_in_both() -> None:
    refusals = [too_large(64), *(ended(code) for code in ("timeout", "out_of_memory", "crashed"))]
    for refusal in refusals:
        assert strangers(refusal.message, "zh") == []
        assert strangers(refusal.message_en, "en") == []
