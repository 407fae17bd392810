"""What the pages and workbooks cost: `python -m benchmarks.outputs [DOCUMENTS]`.

Of DOCUMENTS (64) of the kinds that an office has, the time of reading, recognising and checking
one, and of rendering its report.html and report.xlsx, in turn, as this process's own time.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict

from samples.folder import sample
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal
from tasks.render.outputs import outputs
from tasks.render.result import done

#: As in a folder of an office: pages, a third of them PDF.
MIX = (Format.HTML, Format.PDF, Format.HTML, Format.DOCX, Format.PDF, Format.TEXT)


def main(documents: int) -> None:
    reading: dict[str, float] = defaultdict(float)
    rendering: dict[str, float] = defaultdict(float)
    for number in range(documents):
        format = MIX[number % len(MIX)]
        made = sample(number, format)
        began = time.process_time()
        try:
            outcome = examine(made.body, made.name)
        except Refusal:
            continue
        read = time.process_time()
        outputs(done({"name": made.name, "sha256": "0" * 64}, outcome))
        if number >= len(MIX):  # the first ones load what the others find loaded
            reading[format] += read - began
            rendering[format] += time.process_time() - read
    for name in reading:
        print(f"{name:5} {rendering[name] / reading[name]:6.1%} of the time of reading")
    print(f"mix   {sum(rendering.values()) / sum(reading.values()):6.1%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 64)
