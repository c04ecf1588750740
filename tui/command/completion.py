"""The script by which a shell completes the command line."""

import argparse
from typing import Final

import shtab

from core.config.grid import NORMS
from core.config.run_config import settings
from core.config.settings import OneOf, SomeOf
from core.config.suite_config import suite_settings
from tui.command.parsers import train_parser
from tui.command.parsers.commands import COMMAND_PARSERS

_KINDS: Final = "complete"  # the attribute of an action that shtab looks at
_PATHS: Final = {
    **dict.fromkeys(("--data", "--export", "--model", "--recipe", "--out", "model", "images"), shtab.FILE),
    **dict.fromkeys(("--runs-dir", "run", "suite", "runs"), shtab.DIRECTORY),
}


def completion_script(shell: str) -> str:
    """Return what `shell`, one of `SHELLS`, is to read: commands, flags, the names that one takes, paths."""
    parser = train_parser()
    commands = parser.add_subparsers(metavar="COMMAND")
    for command in (parser_of() for parser_of in COMMAND_PARSERS):
        name = command.prog.removeprefix(f"{parser.prog} ")
        commands.add_parser(name, parents=[command], add_help=False, help=command.description)
    for one in (parser, *commands.choices.values()):
        _complete_values(one)
    script: str = shtab.complete(parser, shell)
    return script


def _complete_values(parser: argparse.ArgumentParser) -> None:
    names = {
        setting.flag: list(setting.kind.options)
        for setting in (NORMS, *settings().values(), *suite_settings().values())
        if isinstance(setting.kind, OneOf | SomeOf)
    }
    for action in parser._actions:  # noqa: SLF001 - argparse has no public list of them
        flag = next(iter(action.option_strings), action.dest)
        if flag in names:
            action.choices = names[flag]
        if flag in _PATHS:
            setattr(action, _KINDS, _PATHS[flag])
