"""`gouji completion`: what a shell reads to complete commands and options.

The library answers a shell when the environment says so, before it reads the command line.
"""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

from workers.cli.language import Said, tell

VARIABLE = "_GOUJI_COMPLETE"
_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
#: Where each shell looks for it.
_PLACES = {
    "bash": '~/.bashrc：eval "$(gouji completion bash)"',
    "zsh": '~/.zshrc：eval "$(gouji completion zsh)"',
    "fish": "~/.config/fish/completions/gouji.fish",
}


def show_script(shell: str, command: click.Command) -> None:
    print(_SHELLS[shell](command, {}, "gouji", VARIABLE).source())
    place = _PLACES[shell].replace("：", ": ")
    tell(Said(f"放在 {_PLACES[shell]}", f"its place is {place}"))
