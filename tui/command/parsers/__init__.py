"""The command line's parsers: which commands and flags there are, and what their help says.

What has no command is `train_parser`'s; the others are imported where they are wanted, which takes their time
from every other command.
"""

from tui.command.parsers.train import train_parser

__all__ = ["train_parser"]
