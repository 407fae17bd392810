"""What people decided on the findings of a report, in the list that they pass on. Pure.

Who gets the list should mend what is wrong, and not hear of what somebody has found to be right.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tasks.render.identity import finding_id
from tasks.render.result import Envelope

_DISMISSED = "dismissed"


class Decided(Protocol):
    @property
    def decision(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def note(self) -> str: ...


def with_decisions(envelope: Envelope, decided: Mapping[str, Decided]) -> Envelope:
    """`decided`: by the id of the finding. What was dismissed is left out and counted under
    `dismissed`; what was confirmed says by whom, and with which note."""
    findings, dismissed = [], 0
    for finding in envelope.get("findings", ()):
        said = decided.get(finding_id(finding))
        if said is None:
            findings.append(finding)
        elif said.decision == _DISMISSED:
            dismissed += 1
        else:
            note, note_en = (f"：{said.note}", f": {said.note}") if said.note else ("", "")
            findings.append(
                {
                    **finding,
                    "message": f"{finding['message']}（{said.by}复核确认有误{note}）",
                    "message_en": f"{finding['message_en']} (confirmed by {said.by}{note_en})",
                }
            )
    return {**envelope, "findings": findings, "dismissed": dismissed}
