"""How well tables are read from PDFs: ours beside pdfplumber, tablers and camelot.

    python -m benchmarks.grids [--pages 90] [--each 10] [--kinds torn,...] [--seed 1]
                               [--keep FOLDER] [--only ours,...]

Pages of statistical reports are drawn with their grids known, English and Chinese, and each
reader's tables are compared with them (`measure.py`): first tables in every style (`styles.py`),
then kinds that readers trip over (`kinds.py`). Peers that are not installed are named and
passed over.
"""
