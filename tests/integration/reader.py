"""Reads documents in a sandbox, as one process of a pool does: `python reader.py FOLDER`.

Says when it is ready, then takes a name a line and says what became of that document.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tasks.model.refusal import Refusal
from workers.sandbox.client import Sandbox
from workers.sandbox.confine import Limits
from workers.sandbox.crowd import Crowd

PAGE = b"<p>one</p>"


def became(sandbox: Sandbox, name: str) -> str:
    try:
        return str(sandbox(PAGE, name)["document"]["format"])
    except Refusal as refusal:
        return f"{refusal.code}: {refusal.message_en}"


if __name__ == "__main__":
    sandbox = Sandbox(
        Limits(memory_mib=2048),
        examine="misbehaving:examine",
        paths=[Path(__file__).parent],
        crowd=Crowd(Path(sys.argv[1])),
    )
    sandbox.start()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(became(sandbox, line.strip())), flush=True)
    sandbox.close()
