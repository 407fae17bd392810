"""How well tables are read from PDFs: ours beside pdfplumber, tablers and camelot.

    python -m benchmarks.grids [--pages 90] [--seed 1] [--keep FOLDER] [--only ours,...]

Pages of statistical reports are drawn in many styles, English and Chinese, with their
grids known, and each reader's tables are compared with them (`measure.py`). Peers that are
not installed are named and passed over.
"""
