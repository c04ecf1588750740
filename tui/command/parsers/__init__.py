"""The command line's parsers: which commands and flags there are, and what their help says."""

from typing import Final

from tui.command.parsers.completion import completion_parser
from tui.command.parsers.doctor import doctor_parser
from tui.command.parsers.export import export_parser
from tui.command.parsers.models import export_model_parser, predict_parser
from tui.command.parsers.open import open_parser
from tui.command.parsers.serve import serve_parser
from tui.command.parsers.suites import attach_parser, report_parser, resume_parser
from tui.command.parsers.train import train_parser

COMMAND_PARSERS: Final = (
    attach_parser,
    resume_parser,
    report_parser,
    open_parser,
    export_parser,
    serve_parser,
    export_model_parser,
    predict_parser,
    completion_parser,
    doctor_parser,
)
"""One for each command; what has no command is `train_parser`'s."""

__all__ = ["COMMAND_PARSERS", "train_parser"]
