"""`gouji completion`: what a shell reads to complete commands and options; and the answers.

The library answers a shell when the environment says so; that is set up in `answer_shells`,
before a command line is read.
"""

from __future__ import annotations

import os

from workers.cli.language import Said, tell

VARIABLE = "_GOUJI_COMPLETE"
#: Where each shell looks for it.
_PLACES = {
    "bash": '~/.bashrc：eval "$(gouji completion bash)"',
    "zsh": '~/.zshrc：eval "$(gouji completion zsh)"',
    "fish": "~/.config/fish/completions/gouji.fish",
}


def show_script(shell: str) -> None:
    from typer._completion_shared import get_completion_script

    print(get_completion_script(prog_name="gouji", complete_var=VARIABLE, shell=shell))
    place = _PLACES[shell].replace("：", ": ")
    tell(Said(f"放在 {_PLACES[shell]}", f"its place is {place}"))


def answer_shells() -> None:
    """Costs nothing where no shell asks."""
    if VARIABLE in os.environ:
        from typer._completion_classes import completion_init

        completion_init()
