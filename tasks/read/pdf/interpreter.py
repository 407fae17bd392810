"""Content of a page → calls of a device: pdfminer's interpreter, which also minds how paint
shows (clipped, clear, mixed), and does at once what `content.py` tells.

Content that `content.py` does not know goes through pdfminer whole. What is drawn is the same
by either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import literal_name
from pdfminer.utils import Matrix

from tasks.model.box import Box
from tasks.read.pdf.content import OPERATORS, Operator, contents_to_program

#: Less than this is nothing, of opacity and of colour.
NEARLY = 0.02


class Paint(NamedTuple):
    """How paint shows that is laid on the page."""

    #: Less than opaque, or mixed with what is beneath.
    clear: bool = False
    mixed: bool = False
    #: So clear that nothing of it is seen.
    unseen: bool = False
    #: Where it shows; None for everywhere.
    place: Box | None = None
    #: Whether it shows in all of that place.
    exact: bool = True

    def clipped(self, box: Box | None) -> Paint:
        if box is None:
            return self._replace(exact=False)
        return self._replace(place=box if self.place is None else self.place.common(box))

    def shown(self, box: Box) -> Box | None:
        """Where opaque paint on this place shows, None where nobody knows."""
        if self.clear or self.mixed or not self.exact:
            return None
        part = box if self.place is None else self.place.common(box)
        return part if part.width > 0 and part.height > 0 else None


class Interpreter(PDFPageInterpreter):
    """pdfminer's, which also minds how paint shows: clipped, clear, mixed."""

    device: Any

    def __init__(self, resources: Any, device: Any, *, at_once: bool = True) -> None:
        """Without `at_once` all content goes through pdfminer."""
        super().__init__(resources, device)
        self._at_once = at_once

    def dup(self) -> Interpreter:
        return Interpreter(self.rsrcmgr, self.device, at_once=self._at_once)

    def init_state(self, ctm: Matrix) -> None:
        super().init_state(ctm)
        self._paints: list[Paint] = []
        #: What each state that was asked for changes.
        self._changes: dict[str, dict[str, bool]] = {}

    def execute(self, streams: Sequence[object]) -> None:
        program = self._program(streams) if self._at_once else None
        if program is None:
            super().execute(streams)
            return
        methods = {one: getattr(self, one.method) for one in OPERATORS.values()}
        stack = self.argstack
        for thing in program:
            if thing.__class__ is not Operator:
                stack.append(thing)
            elif n := thing.n_operands:
                operands = stack[-n:]
                del stack[-n:]
                if len(operands) == n:
                    methods[thing](*operands)
            else:
                methods[thing]()

    def _program(self, streams: Sequence[object]) -> list[Any] | None:
        """What the content says, None where pdfminer has to read it."""
        parts = [resolve1(one) for one in streams]
        numbers = {one.objid for one in parts if isinstance(one, PDFStream) and one.objid}
        if len(numbers) < len(parts) or numbers & self.parent_stream_ids:
            return None  # one is no stream, or is within itself
        try:
            program = contents_to_program([one.get_data() for one in parts])
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - pdfminer raises anything on broken streams
            return None
        if program is not None:
            self.stream_ids = numbers
        return program

    def pop(self, n: int) -> list[Any]:
        taken = self.argstack[-n:] if n else []
        del self.argstack[len(self.argstack) - len(taken) :]
        return taken

    def get_current_state(self) -> Any:
        """What the states hold is never changed, only replaced."""
        return self.ctm, dict(self.textstate.__dict__), dict(self.graphicstate.__dict__)

    def set_current_state(self, state: Any) -> None:
        self.ctm, self.textstate.__dict__, self.graphicstate.__dict__ = state
        self.device.set_ctm(self.ctm)

    def do_q(self) -> None:
        self.gstack.append(self.get_current_state())
        self._paints.append(self.device.paint)

    def do_re(self, x: Any, y: Any, w: Any, h: Any) -> None:
        try:
            left, low, width, height = float(x), float(y), float(w), float(h)
        except (TypeError, ValueError, OverflowError):
            return
        right, high = left + width, low + height
        self.curpath += (
            ("m", left, low), ("l", right, low), ("l", right, high), ("l", left, high), ("h",),
        )  # fmt: skip

    def do_Tj(self, string: Any) -> None:  # noqa: N802 - named by the operator
        self.do_TJ((string,))

    def do_TJ(self, seq: Any) -> None:  # noqa: N802 - named by the operator
        if self.textstate.font is not None:
            state = self.graphicstate
            self.device.render_string(self.textstate, seq, state.ncs, state)

    def do_Q(self) -> None:  # noqa: N802 - named by the operator
        if self.gstack:
            self.set_current_state(self.gstack.pop())
        if self._paints:
            self.device.paint = self._paints.pop()

    def do_Do(self, xobjid_arg: Any) -> None:  # noqa: N802 - named by the operator
        before, depth = self.device.paint, len(self.device.marked)
        drawn = resolve1(self.xobjmap.get(literal_name(xobjid_arg)))
        self.device.open_layer(drawn.get("OC") if isinstance(drawn, PDFStream) else None)
        super().do_Do(xobjid_arg)
        del self.device.marked[depth:]
        self.device.paint = before

    def do_BMC(self, tag: Any) -> None:  # noqa: N802 - named by the operator
        self.device.open_layer(None)

    def do_BDC(self, tag: Any, props: Any) -> None:  # noqa: N802 - named by the operator
        layer = None
        if getattr(tag, "name", "") == "OC":
            known = resolve1(dict(self.resources or {}).get("Properties"))
            layer = known.get(literal_name(props)) if isinstance(known, dict) else None
        self.device.open_layer(layer)

    def do_EMC(self) -> None:  # noqa: N802 - named by the operator
        self.device.close_layer()

    def do_W(self) -> None:  # noqa: N802 - named by the operator
        self.device.clip(self.curpath)

    def do_W_a(self) -> None:  # noqa: N802 - named by the operator
        self.device.clip(self.curpath)

    def do_gs(self, name: Any) -> None:
        called = literal_name(name)
        change = self._changes.get(called)
        if change is None:
            change = self._changes[called] = self._change(called)
        if change:
            self.device.paint = self.device.paint._replace(**change)

    def _change(self, name: str) -> dict[str, bool]:
        """What a state of the page's resources does to paint."""
        states = resolve1(dict(self.resources or {}).get("ExtGState"))
        state = resolve1(states.get(name)) if isinstance(states, dict) else None
        if not isinstance(state, dict):
            return {}
        change = {}
        alpha, blend = resolve1(state.get("ca")), resolve1(state.get("BM"))
        if isinstance(alpha, (int, float)):
            change = {"clear": alpha < 1 - NEARLY, "unseen": alpha < NEARLY}
        if blend is not None:
            names = blend if isinstance(blend, list) else [blend]
            plain = all(getattr(one, "name", "") in ("Normal", "Compatible") for one in names)
            change["mixed"] = not plain
        return change
