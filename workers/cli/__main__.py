"""`python -m workers.cli`: the command by the interpreter it belongs to."""

from workers.cli import main

main()
