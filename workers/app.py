"""The Celery application: its whole configuration as one table, each line with its reason.

Celery on Redis loses messages now and then, whatever is set here (docs/architecture.md), so
a message is only a hint to look at a document. What is left to do is always `inbox/` less
`results/` and `failed/`, which the sweep compares.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

from celery import Celery
from celery.signals import worker_process_init, worker_process_shutdown, worker_ready
from celery.utils.nodenames import host_format

from storage.attempts import Attempts
from storage.broker import DUE, RedisLeases, RedisMarks, RedisOutstanding
from storage.broker_address import tls
from storage.members import Members
from storage.objects import S3ObjectStore
from storage.results import Records
from tasks import jobs
from tasks.decide import TryLimits
from tasks.model.scans import Scans
from tasks.queues import Queue, kind_of
from tasks.render.result import Envelope
from tasks.workplace import Workplace
from workers import logs
from workers.observe import Observation, Stages, ToParent, observe, observe_all
from workers.sandbox.client import Sandbox
from workers.sandbox.crowd import Crowd
from workers.sandbox.starting import limits
from workers.settings import REDELIVERY_SECONDS, Settings
from workers.traces import Traces, Untraced, open_traces
from workers.transport import register as register_transport

if TYPE_CHECKING:
    from storage.objects import ObjectInfo
    from storage.results import DocumentVersion
    from tasks.unpack import Portion
    from workers.board import Board
    from workers.catalogue import Clerk

#: What a process of the pool needs, and others that make this application do not: imported before
#: it is forked, so that it is there once.
_OF_THE_POOL = ("tasks.render.outputs", "workers.catalogue", "sqlalchemy.dialects.sqlite")

#: How much those who read scans leave the processor to others: they get a fifth of what one
#: other gets who wants it. With 10 it is a tenth, and on a busy machine a long scan might not end
#: within its time.
SCANS_NICE = 7
#: Of the session of this process. Source: sched(7), "The autogroup feature".
_AUTOGROUP = Path("/proc/self/autogroup")
_AUTOGROUP_TRIES = 20

#: What is done to one document (`Workplace.examine`), and to an archive (`Workplace.unpack`).
Examine = Callable[[bytes, str], Envelope]
Unpack = Callable[[bytes, str, int], "Portion"]


class Line(NamedTuple):
    name: str
    value: Any
    why: str


def configuration(settings: Settings) -> tuple[Line, ...]:
    """The lines by which Celery is configured, in workers and in those who only publish."""
    return (
        # Which messages
        Line("task_serializer", "json", "a pickle from the broker would be code"),
        Line("accept_content", ["json"], "likewise"),
        Line("result_backend", None, "results stand in the bucket; a second record would differ"),
        Line("task_ignore_result", True, "likewise"),
        Line("task_store_eager_result", False, "likewise"),
        Line("task_default_queue", Queue.LIGHT, "no job is lost to a queue nobody serves"),
        # Delivery
        Line("task_acks_late", True, "a job whose worker dies stays in the broker"),
        Line("task_acks_on_failure", True, "what is left to do is known without the message"),
        Line(
            "task_acks_on_timeout",
            False,
            "a killed document comes back at once; its attempts are counted, so not for ever",
        ),
        Line("task_reject_on_worker_lost", False, "seen to run a poison document 127 times"),
        Line("task_retry_on_worker_lost", True, "tried again; attempts are counted elsewhere"),
        Line(
            "task_soft_time_limit",
            (settings.soft_time_limit_seconds + settings.hard_time_limit_seconds) / 2,
            "of fetching and writing; reading is ended sooner, by the sandbox",
        ),
        Line("task_time_limit", settings.hard_time_limit_seconds, "where nothing yields"),
        Line("task_publish_retry", False, "who publishes waits or says 503 himself"),
        # Workers
        Line("worker_prefetch_multiplier", 1, "a slow document does not hold others back"),
        Line(
            "worker_disable_prefetch", True, "likewise: none is taken that no process is free for"
        ),
        Line(
            "worker_eta_task_limit",
            200,
            "in an outage all jobs wait for their retry: in the broker, not in our memory",
        ),
        Line("worker_max_tasks_per_child", settings.max_child_jobs, "what leaks is given back"),
        Line("worker_max_memory_per_child", settings.max_child_mib * 1024, "likewise (KiB)"),
        Line(
            "worker_cancel_long_running_tasks_on_connection_loss",
            False,
            "writing a result twice does no harm, losing the work does",
        ),
        Line(
            "worker_soft_shutdown_timeout",
            0,
            "its wait cannot end early and gives ended jobs back; see stop_within",
        ),
        Line("worker_send_task_events", settings.task_events_enabled, "for Flower"),
        Line("task_send_sent_event", settings.task_events_enabled, "Flower shows what waits"),
        Line("worker_hijack_root_logger", False, "logs.py says how lines look"),
        Line("worker_redirect_stdouts", False, "likewise"),
        Line("task_track_started", False, "there is no result backend to track it in"),
        # The broker
        Line("broker_url", settings.broker_address(), "the one thing that must be set"),
        Line("broker_use_ssl", tls(settings.broker_address()), "Flower reads it nowhere else"),
        Line("broker_connection_retry_on_startup", True, "services start in any order"),
        Line("broker_connection_max_retries", None, "an outage of any length is waited out"),
        Line("broker_channel_error_retry", True, "likewise: READONLY and OOM are channel errors"),
        Line("broker_pool_acquire_timeout", 5, "no thread waits for ever for a connection"),
    )


def transport(settings: Settings) -> tuple[Line, ...]:
    """Options of kombu's Redis transport."""
    return (
        Line("visibility_timeout", REDELIVERY_SECONDS, "longer than any job and any countdown"),
        Line("unacked_restore_interval", 10, "how often jobs of dead workers are looked for"),
        Line("unacked_restore_throttle", 1, "a restart of many workers restores once"),
        Line("unacked_restore_limit", 200, "no worker is busy restoring a long backlog"),
        Line("unacked_mutex_expire", 60, "shorter than what a restore round may take"),
        Line("socket_timeout", 30, "a broker that hangs is an outage, not a wait"),
        Line("socket_connect_timeout", 5, "likewise"),
        Line("socket_keepalive", True, "connections cut by a firewall are noticed"),
        Line("health_check_interval", 10, "likewise"),
        Line("global_keyprefix", "gouji:", "the database may be shared"),
    )


def hasty(settings: Settings) -> tuple[Line, ...]:
    """What a publisher has otherwise: the caller is told at once that the broker is away."""
    return (
        Line("socket_timeout", settings.publish_timeout_seconds, "the sender tries again"),
        Line("socket_connect_timeout", settings.publish_timeout_seconds, "likewise"),
        Line("max_retries", 0, "likewise"),
        Line("interval_start", 0, "likewise"),
        Line("connect_retries_timeout", settings.publish_timeout_seconds, "likewise"),
    )


class Service(Celery):  # type: ignore[misc]
    """Celery, and what its jobs work with."""

    #: By name: the class is needed in workers only, and knows `tasks.jobs`.
    task_cls = "workers.base:Job"

    def __init__(self, settings: Settings, examine: Examine, unpack: Unpack) -> None:
        super().__init__("gouji")
        self.settings = settings
        self.examine = examine
        self.unpack = unpack
        self.stages = Stages()
        self.traces: Traces = Untraced()
        #: Of a worker that tells its metrics.
        self.board: Board | None = None

    @cached_property
    def Worker(self) -> Any:  # noqa: N802 - Celery's name for it
        return self.subclass_with_self("workers.worker:Worker")

    @cached_property
    def workplace(self) -> Workplace:
        """Opened at first use, which in a worker is after the fork: no two processes may
        share a connection."""
        settings = self.settings
        broker_url = settings.broker_address()
        secret = settings.s3_secret_key
        store = S3ObjectStore(
            endpoint=settings.s3_endpoint,
            bucket=settings.s3_bucket,
            access_key=settings.s3_access_key,
            secret_key=secret.get_secret_value() if secret else None,
            region=settings.s3_region,
        )
        return Workplace(
            store=store,
            records=Records(store),
            attempts=Attempts(broker_url),
            leases=RedisLeases(broker_url),
            marks=RedisMarks(broker_url, timeout_seconds=settings.publish_timeout_seconds),
            examine=self.examine,
            unpack=self.unpack,
            publish=lambda version, reason: jobs.publish(self, version, reason),
            members=Members(store),
            outstanding=RedisOutstanding(broker_url),
            limits=TryLimits(
                failures=settings.attempts,
                begun=settings.attempts + settings.worker_deaths,
                lease_seconds=settings.lease_seconds,
            ),
            max_document_bytes=settings.max_document_mib * 2**20,
            max_archive_bytes=settings.max_archive_mib * 2**20,
            # A try after one that was cut off goes on from what that had done.
            turn_seconds=settings.soft_time_limit_seconds / 4,
            mark_seconds=settings.enqueued_seconds,
            hand_on=self._hand_on if settings.ocr_enabled else None,
            note=self._note,
            during=self._during,
        )

    def _note(self, version: DocumentVersion, record: ObjectInfo, envelope: Envelope) -> None:
        """A record was committed."""
        observe_all(_written(version.key, envelope))
        self.clerk.note(version, record, envelope)

    def send_task(self, name: str, *args: Any, **options: Any) -> Any:
        """Celery's, by which all jobs are published, also those that are tried again."""
        due = time.time() + (options.get("countdown") or 0.0)
        queue = str(options.get("queue"))
        wished = str(options.get("kwargsrepr") or "").partition(",")[0]
        reason = "retry" if options.get("retries") else wished
        about = {"job": options.get("task_id"), "queue": queue, "reason": reason}
        with self.traces.publishing(about) as headers:
            options["headers"] = {**(options.get("headers") or {}), **headers, DUE: due}
            sent = super().send_task(name, *args, **options)
        observe("gouji_published_jobs_total", queue=queue, reason=reason)
        return sent

    @contextmanager
    def _during(self, stage: str) -> Iterator[None]:
        with self.stages.during(stage), self.traces.stage(stage):
            yield

    def _hand_on(self, version: DocumentVersion, force: bool) -> None:
        jobs.hand_on(self, version, force)

    @cached_property
    def clerk(self) -> Clerk:
        from workers.catalogue import Clerk  # Flower needs none

        return Clerk.of(self.settings)


def _written(key: str, envelope: Envelope) -> Iterator[Observation]:
    status, document = envelope["status"], envelope.get("document") or {}
    kind = document.get("format") or kind_of(key)
    yield Observation("gouji_documents_ended_total", 1.0, {"format": kind, "status": status})
    if status == "refused":
        yield Observation("gouji_refusals_total", 1.0, {"code": envelope["refusal"]["code"]})


def make_app(
    settings: Settings,
    *,
    publisher: bool = False,
    examine: Examine | None = None,
    door: Path | None = None,
    scans: Scans | None = None,
) -> Service:
    """The application for a worker, or for a `publisher`, which does not wait for the broker.

    `examine` is what is done to a document: unless told otherwise, all of it, in a sandbox, whose
    servers come from the host behind `door`, where there is one. `scans`: unless told otherwise,
    they are left to others where there are such.
    """
    scans = scans or (Scans.LEAVE if settings.ocr_enabled else Scans.REFUSE)
    options = transport(settings) + (hasty(settings) if publisher else ())
    sandbox = Sandbox(limits(settings), scans=scans, crowd=Crowd(settings.home), door=door)
    app = Service(settings, examine or sandbox, sandbox.unpack)
    app.conf.update({line.name: line.value for line in configuration(settings)})
    app.conf.broker_transport_options = {line.name: line.value for line in options}
    app.finalize()
    register_transport()
    return app


def worker_options(settings: Settings, queue: Queue, name: str | None = None) -> dict[str, Any]:
    """What Celery's worker is made with; `name` where several serve one queue on one machine."""
    processes = {
        Queue.LIGHT: settings.light_concurrency,
        Queue.PDF: settings.pdf_concurrency,
        Queue.OCR: settings.ocr_concurrency,
    }
    return {
        "quiet": True,
        "queues": [str(queue)],
        "concurrency": processes[queue],
        "hostname": host_format(f"{name or queue}@%h"),
        "loglevel": settings.log_level,
        # Both are talk between workers that share nothing but the queue.
        "without_gossip": True,
        "without_mingle": True,
        "task_events": settings.task_events_enabled,
    }


def run_worker(
    settings: Settings, queue: Queue, *, door: Path | None = None, board: Board | None = None
) -> None:
    """Serve a queue in this process until it is told to stop by SIGTERM or SIGINT. `board`: where
    its metrics stand."""
    logs.configure(settings)
    if queue is Queue.OCR:
        # A scan takes minutes of the processor, which others have seconds for.
        give_way(SCANS_NICE)
        # The host behind the door has no models, so that it need not keep them in memory.
        serve(make_app(settings.for_scans(), scans=Scans.READ), queue, board=board)
    else:
        serve(make_app(settings, door=door), queue, board=board)


def give_way(nice: int) -> None:
    """Leave the processor to others, with all that is started from here.

    Linux may share it among sessions first (autogroups, as on most desktops), and then a process
    is nice to those of its own session only. `gouji up` gives each of its children a session: that
    one is made nice as a whole. A shell's is not ours.
    """
    os.nice(nice)
    if os.getsid(0) != os.getpid():
        return
    for _ in range(_AUTOGROUP_TRIES):
        try:
            _AUTOGROUP.write_text(str(nice))
        except BlockingIOError:  # one in a tenth of a second may do it
            time.sleep(0.1)
        except OSError:  # there are none
            return
        else:
            return


def serve(
    app: Service, queue: Queue, name: str | None = None, *, board: Board | None = None
) -> None:
    """Be a worker of this application.

    After SIGTERM nothing new is taken, what is begun may end within `shutdown_seconds`, and
    what does not goes back to the broker. After SIGINT likewise, without a limit.
    Exits with a code other than 0 where Celery broke down.
    """
    # Read by billiard when it is imported. The processes of the pool then ignore a SIGTERM
    # to the whole group, which would else kill them in the middle of their documents.
    os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
    for module in _OF_THE_POOL:
        import_module(module)

    app.board = board
    if board is not None:
        _tell_of_pool(board, queue)

    def on_ready(**_: Any) -> None:
        # Here, as Celery installs its own handlers just before.
        signal.signal(signal.SIGTERM, stop_within(app.settings.shutdown_seconds))

    def on_process(**_: Any) -> None:
        # So that the first document does not wait for all of it. The first scan does, as models
        # are not to be in the memory of a service that gets none.
        observe("gouji_pool_processes_total")
        # Here and not before the fork: it has a thread and locks.
        app.traces = open_traces(app.settings, "worker")
        if isinstance(app.examine, Sandbox) and queue is not Queue.OCR:
            app.examine.begin()

    def on_process_end(**_: Any) -> None:
        app.traces.close()

    worker_process_shutdown.connect(on_process_end, weak=False)
    worker_ready.connect(on_ready, weak=False)
    worker_process_init.connect(on_process, weak=False)
    # Its command would do the same, and bring a shell for people with it.
    worker = app.Worker(**worker_options(app.settings, queue, name))
    worker.start()
    if worker.exitcode:
        sys.exit(worker.exitcode)


def _tell_of_pool(board: Board, queue: Queue) -> None:
    """What the main process knows of its pool, and what the pool sends it."""
    from celery.worker import state

    board.hear(ToParent())
    board.ask("gouji_running_jobs", lambda: {(str(queue),): len(state.active_requests)})


def stop_within(seconds: float) -> Callable[[int, FrameType | None], None]:
    """A signal handler: stop when the jobs begun have ended, at the latest after so long."""

    def stop(signum: int, _: FrameType | None) -> None:
        from celery.worker import state

        state.should_stop = 0
        # To Celery, SIGQUIT is: give back what is running, and end.
        late = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGQUIT))
        late.daemon = True
        late.start()

    return stop
