"""All commands' parsers, for who wants to know what there is."""

from typing import Final

from tui.command.parsers.completion import completion_parser
from tui.command.parsers.doctor import doctor_parser
from tui.command.parsers.export import export_parser
from tui.command.parsers.models import export_model_parser, predict_parser
from tui.command.parsers.open import open_parser
from tui.command.parsers.serve import serve_parser
from tui.command.parsers.suites import attach_parser, report_parser, resume_parser

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
