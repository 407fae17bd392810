"""Writes what is made of the panels below, and of the rules beside this file.

python deploy/monitoring/generate.py            writes them (`make docs`)
python deploy/monitoring/generate.py --check    names what is out of date; exit code 1 then

DASHBOARDS  ->  grafana/dashboards/*.json, which Grafana is given
rules.yml   ->  deploy/k8s/components/monitoring/rules.yaml, a PrometheusRule
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

HERE = Path(__file__).parent
OBJECT = HERE.parent / "k8s/components/monitoring/rules.yaml"
#: Columns of Grafana's grid.
WIDTH = 24

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One query of a panel. `legend`: in Grafana's `{{label}}`; blank: the metric's own name."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """`zh`: its title. `en`: what it shows, for the tip beside the title."""

    zh: str
    en: str
    lines: tuple[Line, ...]
    #: `timeseries`, `stat` or `table`.
    kind: str = "timeseries"
    unit: str = "short"
    width: int = 8
    height: int = 8
    #: Whether the lines add up to something.
    stacked: bool = False
    #: From here on yellow, and red; for `stat`.
    limits: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    uid: str
    zh: str
    en: str
    panels: tuple[Panel, ...]


def one(expr: str, legend: str = "") -> tuple[Line, ...]:
    return (Line(expr=expr, legend=legend),)


def per_minute(metric: str, by: str) -> tuple[Line, ...]:
    """How much a counter grows in a minute; `by`: labels, with commas between."""
    names = by.replace(",", "}} {{")
    rate = f"rate({metric}[$__rate_interval])"
    return one(f"60 * sum by ({by}) ({rate})", f"{{{{{names}}}}}")


def per_hour(metric: str, by: str) -> tuple[Line, ...]:
    """Of the last hour; without the values of the label that did not occur."""
    return one(f"sum by ({by}) (increase({metric}[1h])) > 0", f"{{{{{by}}}}}")


def latest(metric: str, by: str, more: str = "") -> tuple[Line, ...]:
    """A gauge that several processes may tell, some of them what is not true any more."""
    return one(f"max by ({by}) ({metric}){more}", f"{{{{{by}}}}}")


def quantiles(metric: str, by: str, where: str = "") -> tuple[Line, ...]:
    """The middle and the slowest twentieth of a histogram."""
    selected = f"{metric}_bucket{{{where}}}" if where else f"{metric}_bucket"
    rate = f"sum by (le, {by}) (rate({selected}[$__rate_interval]))"
    return tuple(
        Line(expr=f"histogram_quantile({share}, {rate})", legend=f"{{{{{by}}}}} {told}")
        for share, told in (("0.5", "p50"), ("0.95", "p95"))
    )


def mean(metric: str, by: str, where: str) -> tuple[Line, ...]:
    sums, counts = (
        f"sum by ({by}) (rate({metric}_{part}{{{where}}}[$__rate_interval]))"
        for part in ("sum", "count")
    )
    return one(f"{sums} / {counts}", f"{{{{{by}}}}}")


def figure(zh: str, en: str, expr: str, **more: Any) -> Panel:
    """One number."""
    return Panel(zh=zh, en=en, kind="stat", width=4, height=5, lines=one(expr), **more)


OVERVIEW = (
    figure(
        "待处理",
        "Documents without a record, as the last round of the sweep found them.",
        'max(gouji_sweep_last_documents{found="pending"})',
        limits=(1000, 10000),
    ),
    figure(
        "最久的已等",
        "How long the oldest document without a record has been in the inbox.",
        "max(gouji_oldest_pending_age_seconds)",
        unit="s",
        limits=(1800, 3600),
    ),
    figure(
        "一小时内处理完",
        "Records written in the last hour.",
        "sum(increase(gouji_documents_ended_total[1h]))",
    ),
    figure(
        "其中被拒收",
        "Share of these records that are refusals.",
        'sum(increase(gouji_documents_ended_total{status="refused"}[1h]))'
        " / sum(increase(gouji_documents_ended_total[1h]))",
        unit="percentunit",
        limits=(0.1, 0.3),
    ),
    figure(
        "上次巡查在多久以前",
        "Since the last round of the sweep that ended well.",
        "time() - max(max_over_time(gouji_sweep_last_success_timestamp_seconds[1h]) > 0)",
        unit="s",
        limits=(120, 600),
    ),
    figure(
        "没有回应的进程",
        "Processes that do not answer Prometheus.",
        'count(up{job="gouji"} == 0) or vector(0)',
        limits=(1, 2),
    ),
    Panel(
        zh="正在报警",
        en="Alerts that fire; each has a page in docs/runbooks.",
        kind="table",
        width=24,
        height=6,
        lines=one('ALERTS{alertname=~"Gouji.*", alertstate="firing"}'),
    ),
    Panel(
        zh="处理完的文件（每分钟）",
        en="Records written, by status.",
        lines=per_minute("gouji_documents_ended_total", "status"),
        stacked=True,
    ),
    Panel(
        zh="排队的任务",
        en="Jobs that wait, by queue.",
        lines=latest("gouji_queue_length", "queue"),
        stacked=True,
    ),
    Panel(
        zh="服务器故障（每分钟）",
        en="Errors of the store, the broker, the catalogue and the queue of events.",
        lines=per_minute("gouji_errors_total", "server,kind"),
    ),
    Panel(
        zh="通知（每分钟）",
        en="Events that came, by what became of them.",
        lines=per_minute("gouji_events_total", "via,outcome"),
    ),
    Panel(
        zh="消息队列的内存",
        en="Memory of the broker, and its limit; full, it loses jobs.",
        unit="bytes",
        lines=(
            Line(expr="max(gouji_broker_memory_used_bytes)", legend="已用 used"),
            Line(expr="max(gouji_broker_memory_limit_bytes) > 0", legend="上限 limit"),
        ),
    ),
    Panel(
        zh="网页响应时间",
        en="How long the pages took to answer, by class.",
        unit="s",
        # Programs ask for the other two.
        lines=quantiles("gouji_http_request_duration_seconds", "route", 'route!~"events|health"'),
    ),
)

WORKERS = (
    Panel(
        zh="排队的任务",
        en="Jobs that wait, by queue.",
        lines=latest("gouji_queue_length", "queue"),
    ),
    Panel(
        zh="最早的任务已等",
        en="How long the job that is next has waited, by queue.",
        unit="s",
        lines=latest("gouji_queue_oldest_age_seconds", "queue"),
    ),
    Panel(
        zh="正在处理",
        en="Jobs that are being worked on, and jobs that workers have taken and not ended.",
        lines=(
            Line(expr="sum by (queue) (gouji_running_jobs)", legend="{{queue}}"),
            Line(expr="max(gouji_unacknowledged_jobs)", legend="未了结 unacknowledged"),
        ),
    ),
    Panel(
        zh="任务的结局（每分钟）",
        en="Tries of jobs, by what became of them.",
        stacked=True,
        lines=per_minute("gouji_jobs_total", "outcome"),
    ),
    Panel(
        zh="开始前的等待",
        en="From the publishing of a job to its begin.",
        unit="s",
        lines=quantiles("gouji_job_wait_seconds", "queue"),
    ),
    Panel(
        zh="一次处理的时间",
        en="How long one try took.",
        unit="s",
        lines=quantiles("gouji_job_duration_seconds", "queue"),
    ),
    Panel(
        zh="各步骤占用的进程",
        en="Seconds of work a second, by step: how many processes are at it.",
        stacked=True,
        lines=one(
            "sum by (stage) (rate(gouji_stage_duration_seconds_sum[$__rate_interval]))",
            "{{stage}}",
        ),
    ),
    Panel(
        zh="各格式的平均读取时间",
        en="How long reading took, by format.",
        unit="s",
        lines=mean("gouji_stage_duration_seconds", "format", 'stage="read"'),
    ),
    Panel(
        zh="沙箱的结局（每分钟）",
        en="How questions to the sandbox ended.",
        lines=per_minute("gouji_sandbox_ends_total", "cause"),
    ),
    Panel(
        zh="事件循环停了多久",
        en="Since the loop of each worker last went round; it does every five seconds.",
        unit="s",
        lines=one("time() - (gouji_worker_loop_timestamp_seconds > 0)", "{{process}} {{instance}}"),
    ),
    Panel(
        zh="进程的内存",
        en="Of each process that answers; not of its pool, nor of where documents are read.",
        unit="bytes",
        lines=one('process_resident_memory_bytes{job="gouji"}', "{{process}} {{instance}}"),
    ),
    Panel(
        zh="进程已运行",
        en="Since each process was started.",
        unit="s",
        lines=one('time() - process_start_time_seconds{job="gouji"}', "{{process}} {{instance}}"),
    ),
    Panel(
        zh="启动的子进程（每分钟）",
        en="Pool processes that were started, also in place of others.",
        lines=per_minute("gouji_pool_processes_total", "process"),
    ),
    Panel(
        zh="丢失的观测数（每小时）",
        en="What pool processes could not tell; the numbers of a worker are then too low.",
        lines=per_hour("gouji_observations_lost_total", "process"),
    ),
    Panel(
        zh="程序版本",
        en="The version of each process.",
        kind="table",
        lines=one("count by (process, version) (gouji_build_info)"),
    ),
)

DOCUMENTS = (
    Panel(
        zh="收件目录中的文件",
        en="Documents in the inbox by state, as the catalogue has them.",
        stacked=True,
        width=12,
        lines=latest('gouji_documents{within="inbox"}', "state"),
    ),
    Panel(
        zh="压缩包和邮件中的文件",
        en="Documents in archives and mails by state, as the catalogue has them.",
        stacked=True,
        width=12,
        lines=latest('gouji_documents{within="archive"}', "state"),
    ),
    Panel(
        zh="处理完的文件（每小时），按格式",
        en="Records written, by format.",
        stacked=True,
        lines=per_hour("gouji_documents_ended_total", "format"),
    ),
    Panel(
        zh="拒收（每小时），按原因",
        en="Refusals written, by code.",
        stacked=True,
        lines=per_hour("gouji_refusals_total", "code"),
    ),
    Panel(
        zh="现有被拒收的文件",
        en="Documents that stand refused, by code.",
        lines=latest("gouji_refused_documents", "code", " > 0"),
    ),
    Panel(
        zh="各规则发现问题的文件（最多的二十条）",
        en="Documents with an error or a warning, by rule: the twenty most frequent.",
        kind="table",
        width=12,
        height=10,
        lines=one("topk(20, max by (rule) (gouji_documents_with_findings) > 0)"),
    ),
    Panel(
        zh="任务由谁发起（每小时）",
        en="Jobs published, by who asked. Those of the sweep are what no event told of.",
        stacked=True,
        width=12,
        height=10,
        lines=per_hour("gouji_published_jobs_total", "reason"),
    ),
    Panel(
        zh="上次巡查的发现",
        en="What the last round of the sweep found: pending = enqueued + waiting + held back.",
        lines=latest("gouji_sweep_last_documents", "found"),
    ),
    Panel(
        zh="巡查的次数（每小时）",
        en="Rounds of the sweep.",
        lines=per_hour("gouji_sweep_rounds_total", "outcome"),
    ),
    Panel(
        zh="一次巡查的时间",
        en="How long the last round took.",
        unit="s",
        lines=one("max(gouji_sweep_last_duration_seconds)", "秒 seconds"),
    ),
    Panel(
        zh="目录数据库的数字有多旧",
        en="Since these numbers were read from the catalogue.",
        unit="s",
        lines=one("time() - (max(gouji_catalogue_read_timestamp_seconds) > 0)", "秒 seconds"),
    ),
)

DASHBOARDS = (
    Dashboard(uid="gouji-overview", zh="勾稽 总览", en="Is the service well?", panels=OVERVIEW),
    Dashboard(
        uid="gouji-workers",
        zh="勾稽 队列与处理进程",
        en="Who works on what, and how long it takes.",
        panels=WORKERS,
    ),
    Dashboard(
        uid="gouji-documents",
        zh="勾稽 文件",
        en="What has become of the documents, and what is found in them.",
        panels=DOCUMENTS,
    ),
)


# --- as Grafana has them -----------------------------------------------------------------------

_SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def dashboard(about: Dashboard) -> Json:
    return {
        "uid": about.uid,
        "title": about.zh,
        "description": about.en,
        "tags": ["gouji"],
        "timezone": "browser",
        "editable": True,
        "graphTooltip": 1,
        "schemaVersion": 39,
        "version": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timepicker": {},
        "templating": {"list": [_which_prometheus()]},
        "annotations": {"list": []},
        "links": [_link_to_the_others()],
        "panels": [*_placed(about.panels)],
    }


def _which_prometheus() -> Json:
    return {
        "name": "datasource",
        "label": "Prometheus",
        "type": "datasource",
        "query": "prometheus",
        "hide": 0,
        "includeAll": False,
        "multi": False,
        "refresh": 1,
        "regex": "",
        "skipUrlSync": False,
    }


def _link_to_the_others() -> Json:
    return {
        "title": "勾稽 gouji",
        "type": "dashboards",
        "tags": ["gouji"],
        "asDropdown": False,
        "icon": "external link",
        "includeVars": True,
        "keepTime": True,
        "targetBlank": False,
        "tooltip": "",
        "url": "",
    }


def _placed(panels: tuple[Panel, ...]) -> Iterator[Json]:
    """In rows from left to right; a row is as high as its highest."""
    x = y = highest = 0
    for number, panel in enumerate(panels, 1):
        if x + panel.width > WIDTH:
            x, y, highest = 0, y + highest, 0
        place = {"x": x, "y": y, "w": panel.width, "h": panel.height}
        yield _panel(panel, number, place)
        x, highest = x + panel.width, max(highest, panel.height)


def _panel(panel: Panel, number: int, place: Json) -> Json:
    instant = panel.kind != "timeseries"
    targets = [
        {
            "refId": chr(ord("A") + at),
            "datasource": _SOURCE,
            "expr": line.expr,
            "legendFormat": line.legend or "__auto",
            "instant": instant,
            "range": not instant,
            "format": "table" if panel.kind == "table" else "time_series",
            "editorMode": "code",
        }
        for at, line in enumerate(panel.lines)
    ]
    made = {
        "id": number,
        "type": panel.kind,
        "title": panel.zh,
        "description": panel.en,
        "datasource": _SOURCE,
        "gridPos": place,
        "targets": targets,
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _OPTIONS[panel.kind],
    }
    if panel.kind == "table":
        made["transformations"] = [
            {"id": "organize", "options": {"excludeByName": {"Time": True, "__name__": True}}}
        ]
    return made


_CALCULATED = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_OPTIONS: dict[str, Json] = {
    "timeseries": {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "stat": {
        "reduceOptions": _CALCULATED,
        "orientation": "auto",
        "textMode": "auto",
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
    },
    "table": {"showHeader": True, "cellHeight": "sm"},
}


def _defaults(panel: Panel) -> Json:
    made: Json = {"unit": panel.unit, "noValue": "—"}
    if panel.kind == "timeseries":
        made |= {
            "min": 0,
            "custom": {
                "drawStyle": "line",
                "lineWidth": 1,
                "fillOpacity": 25 if panel.stacked else 0,
                "showPoints": "never",
                "spanNulls": False,
                "stacking": {"mode": "normal" if panel.stacked else "none", "group": "A"},
            },
        }
    if panel.kind == "stat":
        steps: list[Json] = [{"color": "green", "value": None}]
        for color, value in zip(("yellow", "red"), panel.limits or (), strict=False):
            steps.append({"color": color, "value": value})
        made |= {
            "color": {"mode": "thresholds"},
            "thresholds": {"mode": "absolute", "steps": steps},
        }
    return made


# --- as a cluster has the rules ----------------------------------------------------------------

_RULE = """\
# Written by deploy/monitoring/generate.py (`make docs`) from rules.yml beside it.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: gouji
spec:
"""


def prometheus_rule(rules: str) -> str:
    """`rules`: the text of the file, which begins with comments."""
    return _RULE + indent(rules[rules.index("groups:") :], "  ")


def files() -> dict[Path, str]:
    made = {OBJECT: prometheus_rule((HERE / "rules.yml").read_text(encoding="utf-8"))}
    for about in DASHBOARDS:
        name = f"{about.uid.removeprefix('gouji-')}.json"
        text = json.dumps(dashboard(about), ensure_ascii=False, indent=1) + "\n"
        made[HERE / "grafana/dashboards" / name] = text
    return made


def main(arguments: list[str]) -> int:
    stale = [
        path
        for path, text in files().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in stale:
        name = path.relative_to(HERE.parents[1])
        if "--check" in arguments:
            print(f"out of date: {name}; run `make docs`", file=sys.stderr)
        else:
            path.write_text(files()[path], encoding="utf-8")
            print(f"written: {name}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
