"""The verbs of `gouji`, what they take and what they say about themselves.

No work is done here: each body imports the module of its verb. Every command ends with an
example; `EXAMPLES` of the tests runs them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from workers.cli.help import Verb, Verbs
from workers.cli.language import OPTION, Language, spoken
from workers.cli.stop import CLOSED

gouji = typer.Typer(
    name="gouji",
    cls=Verbs,
    help="Reads yearly government disclosure reports and checks that their figures tie.",
    context_settings={"help_option_names": ["-h", "--help"]},
    # Plain help: it starts in half the time and reads the same in a log.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=False,
)


class Queue(StrEnum):
    LIGHT = "light"
    PDF = "pdf"


#: The function of a command.
Body = TypeVar("Body", bound=Callable[..., Any])

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
#: Taken here so that it is no unknown option; it has been read already (`language.chosen`).
InLanguage = Annotated[
    Language | None,
    typer.Option(OPTION, help="Speak Chinese (zh) or English (en); GOUJI_LANG sets it too."),
]
#: How a supervised process is tied to `gouji up`: the number of an inherited socket.
Tether = Annotated[int | None, typer.Option("--tether", hidden=True)]
#: Likewise: the number of an inherited socket that listens already.
Door = Annotated[int | None, typer.Option("--door", hidden=True)]
SiteDoor = Annotated[int | None, typer.Option("--site-door", hidden=True)]


def _verb(example: str, name: str | None = None) -> Callable[[Body], Body]:
    """A command with its example, and with `--lang`."""

    def declare(body: Body) -> Body:
        gouji.command(name, cls=Verb, epilog=example)(_in_language(body))
        return body

    return declare


def _in_language(body: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(body)
    def spoken_body(*, lang: Language | None = None, **given: Any) -> Any:
        try:
            return body(**given)
        except BrokenPipeError:
            # `gouji list | head`; typer itself would leave with 1, which means findings.
            raise typer.Exit(CLOSED) from None

    hints = {**get_type_hints(body, include_extras=True), "lang": InLanguage}
    named = [*inspect.signature(body).parameters.values(), _LANG]
    spoken_body.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [one.replace(annotation=hints[one.name]) for one in named]
    )
    spoken_body.__annotations__ = hints
    return spoken_body


_LANG = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"gouji {version_of('gouji')}")
        raise typer.Exit


@gouji.callback()
def before(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_show_version),
    ] = False,
    lang: InLanguage = None,
) -> None:
    """Reads yearly government disclosure reports and checks that their figures tie."""


@_verb("gouji check reports/ --to findings.csv")
def check(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help="Reports, archives, folders; - is standard input."),
    ],
    as_json: AsJson = False,
    notes: Annotated[
        bool, typer.Option("--notes", help="Also tell notes, which are hints.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 also where much could not be checked.")
    ] = False,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="FILE.xlsx|.csv|.html|FOLDER/",
            help="Also write a list, one row a suspected cell, for Excel or print;"
            " in a folder a report of each file.",
        ),
    ] = None,
) -> None:
    """Read reports in this process and say which figures don't tie.

    Needs no service and no network. Folders are walked, archives and mails opened. Each file is
    told as it ends; reports of one organ of years that follow each other are held against
    each other.
    Exit code 0: all read, no error; 1: some report has an error; 2: some file could not
    be read; 64: wrong usage, or a file that is not there.
    """
    from workers.cli.check import check_files

    code = check_files(
        files,
        as_json=as_json,
        language=spoken(),
        notes=notes,
        strict=strict,
        to=None if to is None else Path(to),
        is_folder=bool(to) and (str(to).endswith("/") or Path(str(to)).is_dir()),
    )
    raise typer.Exit(code)


@_verb("gouji up")
def up() -> None:
    """Run the whole service on this machine until Ctrl-C.

    Object store, broker, workers, intake, sweep and Flower, with their data under
    GOUJI_HOME (.gouji). An object store or broker named by GOUJI_S3_ENDPOINT or
    GOUJI_BROKER_URL is used instead of an embedded one.
    """
    from workers.cli.processes import run_up

    run_up()


@_verb("gouji demo")
def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the service running until Ctrl-C.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Other figures for the invented organs.")] = 1,
) -> None:
    """Run the service on twelve invented documents and show what becomes of them.

    Uses a home of its own and never touches the data of another service.
    """
    from workers.demo import run_demo

    raise typer.Exit(run_demo(keep=keep, seed=seed))


@_verb("gouji submit reports/ --prefix 2023 --wait")
def submit(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE_OR_FOLDER", help="What to put into the inbox.")
    ],
    prefix: Annotated[str, typer.Option(help="Folder of the inbox to put them under.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Wait until each one has ended.")] = False,
    timeout: Annotated[
        float, typer.Option(min=0.0, help="Seconds that --wait waits at most.")
    ] = 600.0,
) -> None:
    """Put files into the inbox; a folder keeps the paths below it.

    A file that is in the inbox already, byte for byte, is not sent again: what was broken
    off is gone on with by the same command. Exit code 1: --wait ran out; 2: with --wait,
    some file was refused; 64: some file has a name that cannot be kept, the others are sent.
    """
    from workers.cli.submit import submit_paths

    raise typer.Exit(submit_paths(paths, prefix=prefix, wait=wait, timeout_seconds=timeout))


@_verb("gouji status --watch")
def status(
    watch: Annotated[bool, typer.Option("--watch", help="Again every two seconds.")] = False,
    as_json: AsJson = False,
) -> None:
    """Count what is in the inbox, done, failed and pending, and what waits."""
    from workers.cli.status import show_status

    show_status(watch=watch, as_json=as_json)


@_verb("gouji list --errors --prefix 2023/", name="list")
def list_(
    errors: Annotated[bool, typer.Option("--errors", help="Those with errors.")] = False,
    refused: Annotated[
        bool, typer.Option("--refused", help="Those that were refused or failed.")
    ] = False,
    pending: Annotated[bool, typer.Option("--pending", help="Those without a result.")] = False,
    prefix: Annotated[str, typer.Option(help="Paths that begin with this.")] = "",
    year: Annotated[int | None, typer.Option(help="Of this year reported on.")] = None,
    rule: Annotated[
        str | None, typer.Option(help="That break this rule, or one that begins so.")
    ] = None,
    format: Annotated[str | None, typer.Option(help="Of this format.")] = None,
    organ: Annotated[str | None, typer.Option(help="With this in the organ's name.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the documents of the inbox that have errors, were refused or are pending.

    Without options, all three kinds.
    """
    from workers.cli.lists import Narrowed, show_list

    show_list(
        errors=errors,
        refused=refused,
        pending=pending,
        prefix=prefix,
        as_json=as_json,
        narrowed=Narrowed(year=year, rule=rule, format=format, organ=organ),
    )


@_verb("gouji results 2023/report.pdf --json")
def results(
    key: Annotated[str, typer.Argument(metavar="KEY", help="As in inbox/KEY.")],
    as_json: AsJson = False,
) -> None:
    """Print what became of one document of the inbox."""
    from workers.cli.records import show_result

    show_result(key, as_json=as_json, language=spoken())


class Verdict(StrEnum):
    ERROR = "error"
    POOR = "poor"
    WARNING = "warning"
    CLEAN = "clean"


@_verb("gouji export --to panel.parquet --wide --year 2023 --year 2024")
def export(
    to: Annotated[
        Path, typer.Option(metavar="FILE.csv|.xlsx|.parquet", help="Where the data set goes.")
    ],
    wide: Annotated[
        bool, typer.Option("--wide", help="A row a report, instead of a row a value.")
    ] = False,
    year: Annotated[
        list[int] | None, typer.Option(help="Only of this year reported on; several times.")
    ] = None,
    prefix: Annotated[str, typer.Option(help="Only paths that begin with this.")] = "",
    verdict: Annotated[
        list[Verdict] | None,
        typer.Option(help="Only reports that came out so; poor: much not checked. Several times."),
    ] = None,
) -> None:
    """Write the figures of all reports in the bucket as one data set.

    Each value stands with its organ, region, year and place, and with what is known of its
    quality. What the columns mean is written beside it.
    """
    from workers.cli.export import Wanted, export

    wanted = Wanted(prefix=prefix, years=frozenset(year or ()), outcomes=frozenset(verdict or ()))
    export(to, wide=wide, wanted=wanted)


@_verb("gouji failed --json")
def failed(as_json: AsJson = False) -> None:
    """List the documents that were refused or failed."""
    from workers.cli.records import show_failed

    show_failed(as_json=as_json, language=spoken())


@_verb("gouji reprocess --code crashed --dry-run")
def reprocess(
    all_failed: Annotated[
        bool, typer.Option("--all-failed", help="All that were refused or failed.")
    ] = False,
    code: Annotated[str | None, typer.Option(help="Refused or failed with this code.")] = None,
    key: Annotated[
        str | None, typer.Option(metavar="PREFIX", help="Keys that begin with this.")
    ] = None,
    format_: Annotated[
        str | None,
        str | None,
        typer.Option(
            "--format", help="Read as html, pdf, ofd, docx, doc, odt, rtf, xlsx, xls or text."
        ),
    ] = None,
    older_than_engine: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="Done by an engine older than this version."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say which, and do nothing.")] = False,
) -> None:
    """Have documents processed again; they must meet all that is asked for."""
    from workers.cli.reprocess import Wanted, reprocess_documents

    wanted = Wanted(
        all_failed=all_failed,
        code=code,
        key=key,
        format=format_,
        older_than_engine=older_than_engine,
    )
    reprocess_documents(wanted, dry_run=dry_run)


@_verb("gouji sweep")
def sweep(
    forever: Annotated[
        bool, typer.Option("--forever", help="Again and again, as a process of the service.")
    ] = False,
    every: Annotated[
        float | None,
        typer.Option(min=0.1, help="Seconds between sweeps; implies --forever."),
    ] = None,
    tether: Tether = None,
) -> None:
    """Compare the inbox with what has ended, and enqueue what was missed."""
    from workers.cli.processes import run_sweep

    run_sweep(forever=forever or every is not None, every_seconds=every, tether=tether)


class Action(StrEnum):
    REBUILD = "rebuild"


@_verb("gouji catalogue rebuild")
def catalogue(
    action: Annotated[Action, typer.Argument(metavar="rebuild", help="Empty it and fill it anew.")],
) -> None:
    """Make the catalogue anew from the bucket.

    It is a copy of what the records say, for lists and counts. The sweep keeps it right; this
    is for one that was lost or spoilt. The service may go on meanwhile.
    """
    from workers.cli.catalogued import rebuild

    rebuild()


class Shell(StrEnum):
    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@_verb("gouji completion bash")
def completion(
    shell: Annotated[Shell, typer.Argument(metavar="bash|zsh|fish", help="Which shell.")],
) -> None:
    """Print what makes a shell complete the commands and options of gouji."""
    from workers.cli.completion import show_script

    show_script(shell)


@_verb("gouji settings")
def settings(as_json: AsJson = False) -> None:
    """Show every setting: its value, where it comes from, and what it is for."""
    from workers.cli.settings import show_settings

    show_settings(as_json=as_json)


@_verb("gouji worker --queue pdf")
def worker(
    queue: Annotated[Queue, typer.Option(help="The queue to work on.")], tether: Tether = None
) -> None:
    """Work on documents: one process of the service, for deployment."""
    from workers.cli.processes import run_worker

    run_worker(queue, tether=tether)


@_verb("gouji listen")
def listen(tether: Tether = None, door: Door = None, site_door: SiteDoor = None) -> None:
    """Take the object store's events: one process of the service, for deployment."""
    from workers.cli.processes import run_listen

    run_listen(tether=tether, door=door, site_door=site_door)


@_verb("gouji flower")
def flower(tether: Tether = None, door: Door = None) -> None:
    """Show the workers and their jobs at a web page, behind a password."""
    from workers.cli.processes import run_flower

    run_flower(tether=tether, door=door)


class SiteRole(StrEnum):
    VIEWER = "viewer"
    REVIEWER = "reviewer"


@_verb("gouji site-user zhang --role reviewer", name="site-user")
def site_user(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="User name: letters, digits or . @ - _")
    ],
    role: Annotated[
        SiteRole,
        typer.Option(
            help="viewer looks and downloads; reviewer also uploads, reprocesses and decides."
        ),
    ] = SiteRole.VIEWER,
) -> None:
    """Print the line of a user of the pages, for the file of GOUJI_SITE_USERS_FILE.

    Asks for the password twice, without showing it; reads a line of standard input where that
    is no terminal. A password has 8 to 128 characters. The user may sign in after a restart.
    """
    from workers.cli.site_user import print_user

    print_user(name, role)
