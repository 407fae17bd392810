#!/usr/bin/env bash
# Celery 5.7.0.
#
# Expected: `task_time_limit` is a setting of the worker: a task is ended after what the worker that runs
# it was told. `send_task` goes by a name and sends no more than it is given.
# Seen: where the process that publishes knows a task of this name, and its app is finalized, its own
# `task_time_limit` goes into the message, and wins over that of the worker, to which a longer time was given. Two processes of one
# program that share a module of tasks, one for short and one for long work, thus end each other's tasks.
# Where the publisher does not know the name nothing is sent, and the worker's own setting counts; so it
# does with `time_limit=None` in the call, which is not the same as leaving it out.
#
# Exit code 0: seen as told. 1: it behaves otherwise now.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check celery==5.7.0
cd "$folder"
cat >trial.py <<'PY'

from celery import Celery
from celery.worker.request import Request

SHORT, LONG = 2, 600


def app_with(limit, **more):
    app = Celery(broker="memory://", set_as_current=False)
    app.conf.update(task_time_limit=limit, task_default_queue="trial", **more)
    return app


def work():
    pass


def limit_sent(app, **asked):
    app.send_task("work", **asked)
    with app.connection_for_read() as connection:
        message = connection.SimpleQueue("trial").get(timeout=5)
        message.ack()
        return message.headers["timelimit"][0]


stranger, kin = app_with(SHORT), app_with(SHORT)
kin.task(name="work", shared=False)(work)
kin.finalize()
told = {
    "the publisher does not know the task": limit_sent(stranger),
    "it does": limit_sent(kin),
    "it does, and None is asked for": limit_sent(kin, time_limit=None),
}

worker = app_with(LONG)
worker.task(name="work", shared=False)(work)

kin.send_task("work")
with worker.connection_for_read() as connection:
    message = connection.SimpleQueue("trial").get(timeout=5)
    request = Request(message, app=worker, task=worker.tasks["work"])
    told["what the worker, whose own limit is 600, then keeps to"] = (
        request.time_limits[0] or worker.tasks["work"].time_limit
    )
for said, limit in told.items():
    print(f"{said}: {limit}")
raise SystemExit(list(told.values()) != [None, SHORT, None, SHORT])
PY
"$folder/venv/bin/python" trial.py
