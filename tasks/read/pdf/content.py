"""Bytes of a page's content → its operands and operators, in their order.

Content with pictures in it, and what `tokens.py` does not know, is left to pdfminer whole.

Source: ISO 32000-1, 7.8, annex A.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tasks.read.pdf.tokens import SIGNS, Nested, Unknown

#: Content of more bytes is left to pdfminer, which keeps no list of all that is in it.
LARGEST = 4 * 2**20

#: How many operands operators take. Left out are those around a picture in the content.
TAKES = {
    0: "q Q h S s f F f* B B* b b* n W W* BT ET T* EMC BX EX SC SCN sc scn",
    1: "w J j M ri i gs G g CS cs sh MP BMC Tc Tw Tz TL Tr Ts TJ Tj ' Do",
    2: "d m l DP BDC Tf Td TD",
    3: 'RG rg "',
    4: "v y re K k",
    6: "cm c Tm",
}
#: What stands for signs in the name of the method that does an operator.
WRITTEN = str.maketrans({"*": "_a", '"': "_w", "'": "_q"})


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    #: The method of pdfminer's interpreter that does it.
    method: str
    n_operands: int


OPERATORS = {
    name.encode(): Operator("do_" + name.translate(WRITTEN), n)
    for n, names in TAKES.items()
    for name in names.split()
}
WORDS = {**SIGNS, **OPERATORS}


def contents_to_program(parts: Sequence[bytes]) -> list[Any] | None:
    """Operands and operators in their order. None where pdfminer has to read them."""
    if sum(map(len, parts)) > LARGEST:
        return None
    nested = Nested(WORDS, outer=Operator)
    try:
        for part in parts:
            nested.read(part)
    except Unknown:
        return None
    return None if nested.is_open else nested.things
