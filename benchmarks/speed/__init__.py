"""What a document costs, ours beside the bare extraction of others: a table made by a command.

`documents.py` draws what is read; `answering.py` runs in a process of its own, once for each
program that takes part, and answers with its processor time; `asking.py` is the other end of the
pipe. On these stand the parts of the table: `beside.py`, `growth.py`, `costs.py` (memory, start,
shares of the rooms). `tables.py` makes Markdown of them, and `plot.py` a picture.
"""
