"""Invented reports as scans: printed, put through a machine, and saved.

    make_report -> (broken) -> draft -> paper -> pages as pixels -> manner -> container -> bytes
                                 +-- truth

Whoever asks for noise, uneven light or a photograph needs numpy (the extra `ocr`).
"""

from samples.scans.kinds import KINDS, Kind, Scan, corpus, drawn_scan, kinds_of, scan_of

__all__ = ["KINDS", "Kind", "Scan", "corpus", "drawn_scan", "kinds_of", "scan_of"]
