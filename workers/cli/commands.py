"""The verbs of `gouji`, what they take and what they say about themselves.

No work is done here: each body imports the module of its verb. Every command ends with an
example; `EXAMPLES` of the tests runs them.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

gouji = typer.Typer(
    name="gouji",
    help="Reads yearly government disclosure reports and checks that their figures tie.",
    # Plain help: it starts in half the time and reads the same in a log.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=False,
)


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


class Queue(StrEnum):
    LIGHT = "light"
    PDF = "pdf"


#: The function of a command.
Body = TypeVar("Body", bound=Callable[..., Any])

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
InLanguage = Annotated[Language, typer.Option("--lang", help="Language of the findings.")]
#: How a supervised process is tied to `gouji up`: the number of an inherited socket.
Tether = Annotated[int | None, typer.Option("--tether", hidden=True)]
#: Likewise: the number of an inherited socket that listens already.
Door = Annotated[int | None, typer.Option("--door", hidden=True)]


def _verb(example: str) -> Callable[[Body], Body]:
    return gouji.command(epilog=f"Example:  {example}")


@_verb("gouji check report.pdf --json")
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Reports to read.")],
    as_json: AsJson = False,
    language: InLanguage = Language.ZH,
) -> None:
    """Read reports in this process and say which figures don't tie.

    Needs no service and no network. Exit code 0: all read, no error; 1: some report has
    an error; 2: some file could not be read; 64: wrong usage.
    """
    from workers.cli.check import check_files

    raise typer.Exit(check_files(files, as_json=as_json, language=language))


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
    """Run the service on ten invented reports and show what becomes of them.

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

    A file that is in the inbox already, byte for byte, is not sent again.
    """
    from workers.cli.submit import submit_paths

    raise typer.Exit(submit_paths(paths, prefix=prefix, wait=wait, timeout_seconds=timeout))


@_verb("gouji status --watch")
def status(
    watch: Annotated[bool, typer.Option("--watch", help="Again every two seconds.")] = False,
    as_json: AsJson = False,
) -> None:
    """Count what is in the inbox, done, refused, failed and pending."""
    from workers.cli.status import show_status

    show_status(watch=watch, as_json=as_json)


@_verb("gouji results 2023/report.pdf --json")
def results(
    key: Annotated[str, typer.Argument(metavar="KEY", help="As in inbox/KEY.")],
    as_json: AsJson = False,
    language: InLanguage = Language.ZH,
) -> None:
    """Print what became of one document of the inbox."""
    from workers.cli.records import show_result

    show_result(key, as_json=as_json, language=language)


@_verb("gouji failed --json")
def failed(as_json: AsJson = False) -> None:
    """List the documents that were refused or failed."""
    from workers.cli.records import show_failed

    show_failed(as_json=as_json)


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
        str | None, typer.Option("--format", help="Documents read as html, pdf, docx or text.")
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
def listen(tether: Tether = None, door: Door = None) -> None:
    """Take the object store's events: one process of the service, for deployment."""
    from workers.cli.processes import run_listen

    run_listen(tether=tether, door=door)


@_verb("gouji flower")
def flower(tether: Tether = None, door: Door = None) -> None:
    """Show the workers and their jobs at a web page, behind a password."""
    from workers.cli.processes import run_flower

    run_flower(tether=tether, door=door)
