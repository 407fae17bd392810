"""Layers of a PDF (optional content) that are not shown when it is opened.

Source: ISO 32000-1, 8.11.
"""

from __future__ import annotations

from typing import Any

from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFObjRef, resolve1


def hidden_layers(page: PDFPage) -> frozenset[int]:
    """The object numbers of the groups that are off."""
    catalog = getattr(page.doc, "catalog", None)
    layers = resolve1(catalog.get("OCProperties")) if isinstance(catalog, dict) else None
    usual = resolve1(layers.get("D")) if isinstance(layers, dict) else None
    if not isinstance(layers, dict) or not isinstance(usual, dict):
        return frozenset()
    off = _numbers(usual.get("OFF"))
    if getattr(resolve1(usual.get("BaseState")), "name", "") == "OFF":
        off |= _numbers(layers.get("OCGs")) - _numbers(usual.get("ON"))
    return off


def is_hidden(layer: Any, off: frozenset[int]) -> bool:
    """Whether content of this group, or of these groups together, is not shown."""
    if not off:
        return False
    if isinstance(layer, PDFObjRef) and layer.objid in off:
        return True
    membership = resolve1(layer)
    groups = membership.get("OCGs") if isinstance(membership, dict) else None
    if groups is None or "VE" in membership:
        return False
    numbers = _numbers(groups if isinstance(resolve1(groups), list) else [groups])
    if not numbers:
        return False
    shown = [number not in off for number in numbers]
    match getattr(resolve1(membership.get("P")), "name", "AnyOn"):
        case "AllOn":
            return not all(shown)
        case "AnyOff":
            return all(shown)
        case "AllOff":
            return any(shown)
        case _:
            return not any(shown)


def _numbers(references: Any) -> frozenset[int]:
    listed = resolve1(references)
    if not isinstance(listed, list):
        return frozenset()
    return frozenset(one.objid for one in listed if isinstance(one, PDFObjRef))
