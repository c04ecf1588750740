"""The parser of `cifar-tui completion`."""

import argparse
from typing import Final

from tui.command.parsers.shared import command_parser

SHELLS: Final = ("bash", "zsh", "fish")


def completion_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui completion`."""
    parser = command_parser(
        "completion",
        "Print the script by which a shell completes this command line.",
        "bash: add `source <(cifar-tui completion bash)` to ~/.bashrc; zsh: add "
        '`eval "$(cifar-tui completion zsh)"` to ~/.zshrc, after compinit; fish: '
        "`cifar-tui completion fish > ~/.config/fish/completions/cifar-tui.fish`",
    )
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=f"one of {', '.join(SHELLS)}")
    return parser
