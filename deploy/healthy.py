"""Whether the process of this container serves. Its health check runs it; exit code 0: yes.

python healthy.py page 8070 /healthz     something answers with 200 there
python healthy.py worker pdf             the worker of that queue answers through the broker
"""

from __future__ import annotations

import os
import sys
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

SECONDS = 5.0


def page(port: str, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", int(port), timeout=SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def worker(queue: str) -> bool:
    """Busy workers answer too: it is their main process that is asked."""
    # Here and not above: a page is asked without Celery.
    from celery.utils.nodenames import gethostname
    from kombu.exceptions import OperationalError

    from workers.app import make_app
    from workers.settings import read_settings

    name = f"{queue}@{gethostname()}"
    app = make_app(read_settings(os.environ), publisher=True)
    try:
        return bool(app.control.ping(destination=[name], timeout=SECONDS, limit=1))
    except OperationalError:
        return False


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["page", port, path]:
            sys.exit(not page(port, path))
        case ["worker", queue]:
            sys.exit(not worker(queue))
    sys.exit(__doc__)
