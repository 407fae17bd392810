"""The head of a Type 1 font → the texts of its characters by their codes, taken in at once.

A head that says more than such heads do is left to pdfminer: None.

Source: Adobe Type 1 Font Format, 2.2.
"""

from __future__ import annotations

from pdfminer.encodingdb import name2unicode

from tasks.model.patterns import regex

_ENTRY = regex(
    rb"(?<!\S)dup\s+([0-9]{1,3})\s*/([^\s\x00#/%\[\]()<>{}]+)\s+put(?![^\s/%\[\]()<>{}])"
)
#: Before that a loop gives every code no character.
_LOOP = regex(rb"(?<!\S)exch\s+/\.notdef\s+put(?![^\s/%\[\]()<>{}])")
#: In a comment or a text, or of another syntax; a character above 255, which pdfminer refuses.
_OTHER = regex(rb"%[^\r\n]*put|\([^)]*put|[<>\x00]|\\[4-7][0-7][0-7]")


def header_to_texts(source: bytes) -> dict[int, str] | None:
    entries = _ENTRY.findall(source)
    known = len(entries) + len(_LOOP.findall(source))
    if known != source.count(b"put") or _OTHER.search(source):
        return None
    texts: dict[int, str] = {}
    for code, name in entries:
        try:
            texts[int(code)] = str(name2unicode(name.decode("utf-8")))
        except KeyError:
            continue  # it is the name of a drawing
        except ValueError:
            return None
    return texts
