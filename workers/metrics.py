"""Every metric of every process, declared once. `docs/metrics.md` is made of this table.

A label has a closed set of values, so that no key, organ or message becomes a series of its
own; `other` stands for what another version of the program may say. Units are seconds, and the
name of a counter ends in `_total`. What is not declared here is not told.

Nothing is here but the table: it is loaded only by a process that serves metrics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tasks.model.document import Format
from tasks.model.refusal import RefusalCode
from tasks.queues import Queue
from tasks.render.rules import rule_ids


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Process(StrEnum):
    """Who tells a metric. `gouji up` and `gouji listen` may have `listen` and `site` in one."""

    WORKER = "worker"
    SWEEP = "sweep"
    #: `gouji listen`, where it answers `POST /events`.
    LISTEN = "listen"
    #: `gouji listen --sqs`.
    POLL = "poll"
    #: `gouji listen`, where it serves the pages.
    SITE = "site"
    FLOWER = "flower"


#: For a value that the set of a label does not have.
OTHER = "other"
#: Label -> its values.
Labels = Mapping[str, tuple[str, ...]]

QUEUES = tuple(map(str, Queue))
#: What a document turned out to be; where that is not known, what its name says.
FORMATS = (*map(str, Format), OTHER)
CODES = (*map(str, RefusalCode), OTHER)
RULES = (*rule_ids(), OTHER)
STATES = ("done", "refused", "failed", "pending")
#: Who asked for a job: `Reason` and the reasons of `tasks.jobs`; `retry`: a job for itself.
REASONS = (
    "event",
    "sweep",
    "reprocess",
    "member",
    "gather",
    "unpack",
    "scan",
    "retry",
    OTHER,
)
#: What became of one try of a job. The first three wrote a record; `again`: the world's trouble,
#: or one more turn; `broke`: our program's, and charged; `lost`: its process was killed;
#: `overdue`: its process was killed by the hard time limit; `error`: it ended the job.
OUTCOMES = (
    "done",
    "refused",
    "failed",
    "already",
    "gone",
    "waiting",
    "scan",
    "superseded",
    "busy",
    "again",
    "broke",
    "let_go",
    "lost",
    "overdue",
    "error",
    OTHER,
)
STAGES = ("fetch", "read", "render", "write")
#: How one question to the sandbox ended: `answered` also with a refusal of a reader; `broke`: by
#: an exception of ours; `killed`: from outside; `crowded_out`: by the kernel, for its neighbours;
#: `gone`: the server ended or hung; `garbage`: what came was no answer; `unavailable`: none began;
#: `interrupted`: by the time limit of the job.
ENDS = (
    "answered",
    "broke",
    "timeout",
    "out_of_memory",
    "crashed",
    "killed",
    "crowded_out",
    "gone",
    "garbage",
    "unavailable",
    "interrupted",
)
ROUTES = (
    "events",
    "health",
    "sign_in",
    "list",
    "document",
    "original",
    "upload",
    "review",
    "failed",
    "overview",
    "static",
    OTHER,
)

#: From a page of HTML to the longest scan.
_WORK_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900)
#: From an empty queue to the yearly flood.
_WAIT_SECONDS = (0.05, 0.25, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600)
_PAGE_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    name: str
    kind: Kind
    zh: str
    en: str
    told_by: tuple[Process, ...]
    labels: Labels = field(default_factory=dict)
    #: Of a histogram: upper bounds, in seconds.
    buckets: tuple[float, ...] = ()


_ALL = tuple(Process)
_PUBLISHERS = (Process.WORKER, Process.SWEEP, Process.LISTEN, Process.POLL, Process.SITE)
_WEB = (Process.LISTEN, Process.SITE)

#: What is true of the bucket and the broker, whoever did it.
TRUTH = (
    Metric(
        name="gouji_documents",
        kind=Kind.GAUGE,
        zh="文件数，按状态；within：在收件目录中，还是在压缩包或邮件中",
        en="Documents by state, as the catalogue has them after the last sweep; within: in the"
        " inbox itself, or in an archive or mail.",
        labels={"state": STATES, "within": ("inbox", "archive")},
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_oldest_pending_age_seconds",
        kind=Kind.GAUGE,
        zh="最久没有记录的文件已等多少秒；没有这样的文件时为 0",
        en="How long the oldest document without a record has been in the inbox; 0: there is none.",
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_refused_documents",
        kind=Kind.GAUGE,
        zh="现有被拒收的文件数，按代码",
        en="Documents that stand refused, by code.",
        labels={"code": CODES},
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_documents_with_findings",
        kind=Kind.GAUGE,
        zh="违反某条规则（错误或警告）的文件数",
        en="Documents with an error or a warning of this rule.",
        labels={"rule": RULES},
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_catalogue_read_timestamp_seconds",
        kind=Kind.GAUGE,
        zh="以上各数何时从目录数据库读出（Unix 时间）；没有目录数据库时没有这些数",
        en="When the numbers of documents were read from the catalogue; without a catalogue there"
        " are none.",
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_sweep_last_success_timestamp_seconds",
        kind=Kind.GAUGE,
        zh="上一次巡查何时正常结束（Unix 时间）；没有过时为 0",
        en="When the last round of the sweep ended well; 0: none did yet.",
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_sweep_last_duration_seconds",
        kind=Kind.GAUGE,
        zh="上一次正常结束的巡查用了多少秒",
        en="How long that round took.",
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_sweep_last_documents",
        kind=Kind.GAUGE,
        zh="上一次巡查看到的待处理文件数，以及其中已排队、在等待、暂缓的；"
        "gathered_anew 是重新汇总的压缩包",
        en="What that round found: pending = enqueued + waiting + held_back; gathered_anew:"
        " archives besides.",
        labels={"found": ("pending", "enqueued", "waiting", "held_back", "gathered_anew")},
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_sweep_rounds_total",
        kind=Kind.COUNTER,
        zh="巡查次数：ended 正常结束，failed 没有，elsewhere 由别的进程在做",
        en="Rounds of the sweep; elsewhere: another process was at it.",
        labels={"outcome": ("ended", "failed", "elsewhere")},
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_queue_length",
        kind=Kind.GAUGE,
        zh="各队列中等待的任务数；消息队列不通时没有",
        en="Jobs that wait, by queue; none told while the broker is away.",
        labels={"queue": QUEUES},
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_queue_oldest_age_seconds",
        kind=Kind.GAUGE,
        zh="各队列中排在最前的任务已等多少秒；队列空时为 0",
        en="How long the job that is next has waited, by queue; 0: the queue is empty.",
        labels={"queue": QUEUES},
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_unacknowledged_jobs",
        kind=Kind.GAUGE,
        zh="已被处理进程取走、尚未了结的任务数（在做的和等着重试的）",
        en="Jobs that workers have taken and not ended: at work, or waiting for their next try.",
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_broker_memory_used_bytes",
        kind=Kind.GAUGE,
        zh="消息队列（Valkey 或 Redis）已用的内存；不通时没有",
        en="Memory that the broker uses; none told while it is away.",
        told_by=(Process.SWEEP,),
    ),
    Metric(
        name="gouji_broker_memory_limit_bytes",
        kind=Kind.GAUGE,
        zh="消息队列的内存上限（maxmemory）；没有上限时为 0",
        en="Its limit (maxmemory), at which it takes no more jobs; 0: it has none.",
        told_by=(Process.SWEEP,),
    ),
)

#: What this process did since it started.
WORK = (
    Metric(
        name="gouji_documents_ended_total",
        kind=Kind.COUNTER,
        zh="写下的记录数，按格式和结果；一份文件重新处理，再计一次",
        en="Records that were written, by format and status; a document that is processed again"
        " counts again.",
        labels={"format": FORMATS, "status": ("done", "refused", "failed")},
        told_by=(Process.WORKER,),
    ),
    Metric(
        name="gouji_refusals_total",
        kind=Kind.COUNTER,
        zh="写下的拒收记录数，按代码",
        en="Refusals that were written, by code.",
        labels={"code": CODES},
        told_by=(Process.WORKER,),
    ),
    Metric(
        name="gouji_jobs_total",
        kind=Kind.COUNTER,
        zh="任务的每一次尝试，按结局：done、refused、failed 写下了记录；again 因外部故障再试；"
        "broke 程序出错；lost 进程被杀；overdue 超过硬时限",
        en="Tries of jobs, by what became of them; done, refused and failed came to a record,"
        " again: the world's trouble, broke: ours, lost: its process was killed, overdue: by the"
        " hard time limit.",
        labels={"queue": QUEUES, "outcome": OUTCOMES},
        told_by=(Process.WORKER,),
    ),
    Metric(
        name="gouji_job_duration_seconds",
        kind=Kind.HISTOGRAM,
        zh="一次尝试用了多少秒",
        en="How long one try took.",
        labels={"queue": QUEUES},
        buckets=_WORK_SECONDS,
        told_by=(Process.WORKER,),
    ),
    Metric(
        name="gouji_job_wait_seconds",
        kind=Kind.HISTOGRAM,
        zh="任务从发布到开始等了多少秒；重试前的等待不计",
        en="How long a job waited from its publishing to its begin, less the time that a retry was"
        " put off for.",
        labels={"queue": QUEUES},
        buckets=_WAIT_SECONDS,
        told_by=(Process.WORKER,),
    ),
    Metric(
        name="gouji_stage_duration_seconds",
        kind=Kind.HISTOGRAM,
        zh="一次尝试的各步用了多少秒：fetch 取文件，read 在沙箱中读取和核对，"
        "render 制作输出，write 写入",
        en="How long the steps of a try took: fetch, read (in the sandbox, with the checks), render"
        " and write.",
        labels={"format": FORMATS, "stage": STAGES},
        buckets=_WORK_SECONDS,
        told_by=(Process.WORKER,),
    ),
    Metric(
        name="gouji_running_jobs",
        kind=Kind.GAUGE,
        zh="正在做的任务数",
        en="Jobs that are being worked on.",
        labels={"queue": QUEUES},
        told_by=(Process.WORKER,),
    ),
    Metric(
        name="gouji_worker_loop_timestamp_seconds",
        kind=Kind.GAUGE,
        zh="处理进程的事件循环最近一次转动的时间（Unix 时间，每 5 秒更新）；停住即是卡死",
        en="When the loop that takes and ends jobs last went round (every 5 s); a worker whose"
        " value stands still is wedged, or waits for its broker.",
        told_by=(Process.WORKER,),
    ),
    Metric(
        name="gouji_pool_processes_total",
        kind=Kind.COUNTER,
        zh="启动过的子进程数，更换的和被杀后补上的都在内",
        en="Pool processes that were started, also in place of others.",
        told_by=(Process.WORKER,),
    ),
    Metric(
        name="gouji_sandbox_ends_total",
        kind=Kind.COUNTER,
        zh="沙箱中读取一份文件的结局",
        en="How questions to the sandbox ended.",
        labels={"cause": ENDS},
        told_by=(Process.WORKER, Process.SITE),
    ),
    Metric(
        name="gouji_observations_lost_total",
        kind=Kind.COUNTER,
        zh="子进程没能报给主进程的观测数；不为 0 时，以上各数偏低",
        en="Messages in which pool processes told what is counted here, and that were dropped;"
        " where there are some, the numbers of this worker are too low.",
        told_by=(Process.WORKER,),
    ),
    Metric(
        name="gouji_errors_total",
        kind=Kind.COUNTER,
        zh="对象存储（store）、消息队列（broker）、目录数据库（catalogue）、"
        "SQS（events）的故障：unavailable 不通，misconfigured 设置或权限不对",
        en="Troubles with the store, the broker, the catalogue and the queue of events:"
        " unavailable, or misconfigured, which an operator must set right.",
        labels={
            "server": ("store", "broker", "catalogue", "events"),
            "kind": ("unavailable", "misconfigured"),
        },
        told_by=_ALL,
    ),
    Metric(
        name="gouji_published_jobs_total",
        kind=Kind.COUNTER,
        zh="交给消息队列的任务数，按队列和缘由",
        en="Jobs that the broker took, by queue and who asked.",
        labels={"queue": QUEUES, "reason": REASONS},
        told_by=_PUBLISHERS,
    ),
    Metric(
        name="gouji_events_total",
        kind=Kind.COUNTER,
        zh="收到的通知数：taken 已成为任务，passed_over 与我们无关，not_taken 消息队列不通，"
        "refused 整条看不懂、太大或没有令牌",
        en="Events that came: taken, passed_over (nothing for us), not_taken (the broker is away);"
        " refused: requests or messages that are no events, too large, or without the token.",
        labels={
            "via": ("webhook", "sqs"),
            "outcome": ("taken", "passed_over", "not_taken", "refused"),
        },
        told_by=(Process.LISTEN, Process.POLL),
    ),
    Metric(
        name="gouji_http_requests_total",
        kind=Kind.COUNTER,
        zh="回答的请求数，按页面类别和状态码类别；gone 为对方中途离开",
        en="Requests that were answered, by class of route and of status; gone: who asked left"
        " before there was an answer.",
        labels={"route": ROUTES, "status": ("2xx", "3xx", "4xx", "5xx", "gone")},
        told_by=_WEB,
    ),
    Metric(
        name="gouji_http_request_duration_seconds",
        kind=Kind.HISTOGRAM,
        zh="从请求到回答完毕用了多少秒",
        en="From a request to the end of its answer.",
        labels={"route": ROUTES},
        buckets=_PAGE_SECONDS,
        told_by=_WEB,
    ),
    Metric(
        name="gouji_build_info",
        kind=Kind.GAUGE,
        zh="程序版本；恒为 1",
        en="The version of the program; always 1.",
        # The one set that is not closed here: it has one value in each process.
        labels={"version": ()},
        told_by=_ALL,
    ),
)

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in (*TRUTH, *WORK)}
