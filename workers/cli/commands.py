"""The verbs of `gouji`, what they take and what they say about themselves.

No work is done here: each body imports the module of its verb. Every command ends with an
example; `EXAMPLES` of the tests runs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from click import argument, option

from workers.cli.language import spoken
from workers.cli.verbs import (
    PATH,
    Name,
    Seconds,
    Verbs,
    arguments,
    flag,
    in_language,
    inherited,
    one_of,
    options,
)


def _show_version(_context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from tasks import VERSION

        print(f"gouji {VERSION}")
        raise click.exceptions.Exit


gouji = Verbs(
    name="gouji",
    help="Reads yearly government disclosure reports and checks that their figures tie.",
    params=[
        click.Option(
            ["--version"],
            help="Print the version.",
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
        ),
        in_language(),
    ],
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=False,
)

as_json = flag("--json", "as_json", help="Print JSON for programs.")
#: How a supervised process is tied to `gouji up`.
tether = inherited("--tether")
#: Sockets that listen already.
door = inherited("--door")
site_door = inherited("--site-door")


@gouji.verb("gouji check reports/ --to findings.csv")
@arguments(
    "files", type=Name(), metavar="FILE", help="Reports, archives, folders; - is standard input."
)
@as_json
@flag("--notes", help="Also tell notes, which are hints.")
@flag("--strict", help="Exit code 1 also where much could not be checked.")
@option(
    "--to",
    type=Name(),
    metavar="FILE.xlsx|.csv|.html|FOLDER/",
    help="Also write a list, one row a suspected cell, for Excel or print;"
    " in a folder a report of each file.",
)
def check(files: Sequence[str], as_json: bool, notes: bool, strict: bool, to: str | None) -> int:
    """Read reports in this process and say which figures don't tie.

    Needs no service and no network. Folders are walked, archives and mails opened. Each file is
    told as it ends; reports of one organ of years that follow each other are held against
    each other.
    Exit code 0: all read, no error; 1: some report has an error; 2: some file could not
    be read; 64: wrong usage, or a file that is not there.
    """
    from workers.cli.garbage import seldom_collected

    with seldom_collected():
        from workers.cli.check import check_files

        return check_files(
            files,
            as_json=as_json,
            language=spoken(),
            notes=notes,
            strict=strict,
            to=None if to is None else Path(to),
            is_folder=bool(to) and (str(to).endswith("/") or Path(str(to)).is_dir()),
        )


@gouji.verb("gouji up")
def up() -> None:
    """Run the whole service on this machine until Ctrl-C.

    Object store, broker, workers, intake, sweep and Flower, with their data under
    GOUJI_HOME (.gouji). An object store or broker named by GOUJI_S3_ENDPOINT or
    GOUJI_BROKER_URL is used instead of an embedded one.
    """
    from workers.cli.processes import run_up

    run_up()


@gouji.verb("gouji demo")
@flag("--keep", help="Leave the service running until Ctrl-C.")
@option("--seed", type=int, default=1, help="Other figures for the invented organs.")
def demo(keep: bool, seed: int) -> int:
    """Run the service on fourteen invented documents and show what becomes of them.

    Uses a home of its own and never touches the data of another service.
    """
    from workers.demo import run_demo

    return run_demo(keep=keep, seed=seed)


@gouji.verb("gouji submit reports/ --prefix 2023 --wait")
@arguments("paths", type=PATH, metavar="FILE_OR_FOLDER", help="What to put into the inbox.")
@option("--prefix", default="", help="Folder of the inbox to put them under.")
@flag("--wait", help="Wait until each one has ended.")
@option("--timeout", type=Seconds(0.0), default=600.0, help="Seconds that --wait waits at most.")
def submit(paths: Sequence[Path], prefix: str, wait: bool, timeout: float) -> int:
    """Put files into the inbox; a folder keeps the paths below it.

    A file that is in the inbox already, byte for byte, is not sent again: what was broken
    off is gone on with by the same command. Exit code 1: --wait ran out; 2: with --wait,
    some file was refused; 64: some file has a name that cannot be kept, the others are sent.
    """
    from workers.cli.submit import submit_paths

    return submit_paths(paths, prefix=prefix, wait=wait, timeout_seconds=timeout)


@gouji.verb("gouji status --watch")
@flag("--watch", help="Again every two seconds.")
@as_json
def status(watch: bool, as_json: bool) -> None:
    """Count what is in the inbox, done, failed and pending, and what waits."""
    from workers.cli.status import show_status

    show_status(watch=watch, as_json=as_json)


@gouji.verb("gouji list --errors --prefix 2023/", name="list")
@flag("--errors", help="Those with errors.")
@flag("--refused", help="Those that were refused or failed.")
@flag("--pending", help="Those without a result.")
@option("--prefix", default="", help="Paths that begin with this.")
@option("--year", type=int, help="Of this year reported on.")
@option("--rule", help="That break this rule, or one that begins so.")
@option("--format", help="Of this format.")
@option("--organ", help="With this in the organ's name.")
@as_json
def list_(
    errors: bool, refused: bool, pending: bool, prefix: str, as_json: bool, **narrowed: Any
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
        narrowed=Narrowed(**narrowed),
    )


@gouji.verb("gouji results 2023/report.pdf --json")
@argument("key", metavar="KEY", help="As in inbox/KEY.")
@as_json
def results(key: str, as_json: bool) -> None:
    """Print what became of one document of the inbox."""
    from workers.cli.records import show_result

    show_result(key, as_json=as_json, language=spoken())


@gouji.verb("gouji export --to panel.parquet --wide --year 2023 --year 2024")
@option(
    "--to",
    type=PATH,
    required=True,
    metavar="FILE.csv|.xlsx|.parquet",
    help="Where the data set goes.",
)
@flag("--wide", help="A row a report, instead of a row a value.")
@options("--year", type=int, help="Only of this year reported on; several times.")
@option("--prefix", default="", help="Only paths that begin with this.")
@options(
    "--verdict",
    type=one_of("error", "poor", "warning", "clean"),
    help="Only reports that came out so; poor: much not checked. Several times.",
)
def export(to: Path, wide: bool, year: Sequence[int], prefix: str, verdict: Sequence[str]) -> None:
    """Write the figures of all reports in the bucket as one data set.

    Each value stands with its organ, region, year and place, and with what is known of its
    quality. What the columns mean is written beside it.
    """
    from workers.cli.export import Wanted, export

    wanted = Wanted(prefix=prefix, years=frozenset(year), outcomes=frozenset(verdict))
    export(to, wide=wide, wanted=wanted)


@gouji.verb("gouji failed --json")
@as_json
def failed(as_json: bool) -> None:
    """List the documents that were refused or failed."""
    from workers.cli.records import show_failed

    show_failed(as_json=as_json, language=spoken())


@gouji.verb("gouji reprocess --code crashed --dry-run")
@flag("--all-failed", help="All that were refused or failed.")
@option("--code", help="Refused or failed with this code.")
@option("--key", metavar="PREFIX", help="Keys that begin with this.")
@option("--format", "format_", help="Read as this format.")
@option("--older-than-engine", metavar="VERSION", help="Done by an engine older than this version.")
@flag("--dry-run", help="Say which, and do nothing.")
def reprocess(format_: str | None, dry_run: bool, **asked: Any) -> None:
    """Have documents processed again; they must meet all that is asked for."""
    from workers.cli.reprocess import Wanted, reprocess_documents

    reprocess_documents(Wanted(format=format_, **asked), dry_run=dry_run)


@gouji.verb("gouji sweep")
@flag("--forever", help="Again and again, as a process of the service.")
@option("--every", type=Seconds(0.1), help="Seconds between sweeps; implies --forever.")
@tether
def sweep(forever: bool, every: float | None, tether: int | None) -> None:
    """Compare the inbox with what has ended, and enqueue what was missed."""
    from workers.cli.processes import run_sweep

    run_sweep(forever=forever or every is not None, every_seconds=every, tether=tether)


@gouji.verb("gouji catalogue rebuild")
@argument("action", type=one_of("rebuild"), metavar="rebuild", help="Empty it and fill it anew.")
def catalogue(action: str) -> None:
    """Make the catalogue anew from the bucket.

    It is a copy of what the records say, for lists and counts. The sweep keeps it right; this
    is for one that was lost or spoilt. The service may go on meanwhile.
    """
    from workers.cli.catalogued import rebuild

    rebuild()


@gouji.verb("gouji completion bash")
@argument("shell", type=one_of("bash", "zsh", "fish"), metavar="bash|zsh|fish", help="Which shell.")
def completion(shell: str) -> None:
    """Print what makes a shell complete the commands and options of gouji."""
    from workers.cli.completion import show_script

    show_script(shell, gouji)


@gouji.verb("gouji settings")
@as_json
def settings(as_json: bool) -> None:
    """Show every setting: its value, where it comes from, and what it is for."""
    from workers.cli.settings import show_settings

    show_settings(as_json=as_json)


@gouji.verb("gouji worker --queue pdf")
@option("--queue", type=one_of("light", "pdf", "ocr"), required=True, help="The queue to work on.")
@tether
def worker(queue: str, tether: int | None) -> None:
    """Work on documents: one process of the service, for deployment."""
    from workers.cli.processes import run_worker

    run_worker(queue, tether=tether)


@gouji.verb("gouji listen")
@flag("--sqs", help="Fetch them from the SQS queue of GOUJI_SQS_QUEUE_URL instead.")
@tether
@door
@site_door
def listen(sqs: bool, tether: int | None, door: int | None, site_door: int | None) -> int:
    """Take the object store's events: one process of the service, for deployment."""
    from workers.cli.processes import run_listen, run_poll

    if sqs:
        return run_poll(tether=tether, door=door)
    run_listen(tether=tether, door=door, site_door=site_door)
    return 0


@gouji.verb("gouji flower")
@tether
@door
def flower(tether: int | None, door: int | None) -> None:
    """Show the workers and their jobs at a web page, behind a password."""
    from workers.cli.processes import run_flower

    run_flower(tether=tether, door=door)


@gouji.verb("gouji site-user zhang --role reviewer", name="site-user")
@argument("name", metavar="NAME", help="User name: letters, digits or . @ - _")
@option(
    "--role",
    type=one_of("viewer", "reviewer"),
    default="viewer",
    help="viewer looks and downloads; reviewer also uploads, reprocesses and decides.",
)
def site_user(name: str, role: str) -> None:
    """Print the line of a user of the pages, for the file of GOUJI_SITE_USERS_FILE.

    Asks for the password twice, without showing it; reads a line of standard input where that
    is no terminal. A password has 8 to 128 characters. The user may sign in after a restart.
    """
    from workers.cli.site_user import print_user

    print_user(name, role)
