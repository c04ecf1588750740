"""The parsers of the commands about trained networks: taking one along, and asking one."""

import argparse
from pathlib import Path
from typing import Final

from core.config.model_form import Form
from core.config.suite_config import Keep
from tui.command.parsers.shared import Add, add_runs_dir, command_parser

DEFAULT_TOP: Final = 3
_DIGITS: Final = 3


def export_model_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui export-model`."""
    parser = command_parser(
        "export-model",
        "Write the network of a run, with its weights and all it takes to use it, to a file.",
    )
    parser.add_argument("run", metavar="RUN", help="a run's folder, or SUITE/RUN below the runs folder")
    parser.add_argument(
        "--to",
        metavar="FORM",
        dest="form",
        choices=tuple(map(str, Form)),
        help=f"one of {', '.join(Form)} (default: by the ending of --out, else {Form.SAFETENSORS})",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        help="the file to write (default: SUITE-RUN with the form's ending, in this folder)",
    )
    _add_weights(parser.add_argument)
    add_runs_dir(parser.add_argument, "RUN")
    return parser


def predict_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui predict`."""
    parser = command_parser(
        "predict",
        "Tell what a network takes images for; of a folder with a subfolder for each class, how many it gets "
        "right.",
    )
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="a run's folder, SUITE/RUN below the runs folder, or a .safetensors or .onnx file",
    )
    parser.add_argument(
        "images", metavar="IMAGES", nargs="+", help="image files of any size, folders of them, or patterns"
    )
    parser.add_argument(
        "--top",
        metavar="N",
        type=_positive,
        help=f"how many classes to tell of each image (default: {DEFAULT_TOP}; with --json all)",
    )
    parser.add_argument("--picture", action="store_true", help="draw each image as the network sees it")
    parser.add_argument(
        "--json", action="store_true", help="a JSON object a line: path, classes and probabilities"
    )
    _add_weights(parser.add_argument)
    add_runs_dir(parser.add_argument, "MODEL")
    return parser


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[: _DIGITS + 1]) < 10**_DIGITS:
        raise argparse.ArgumentTypeError(f"{text}: must be a whole number from 1 to {10**_DIGITS - 1}")
    return int(text)


def _add_weights(add: Add) -> None:
    add(
        "--weights",
        metavar="WHICH",
        choices=tuple(map(str, Keep)),
        default=Keep.LAST,
        help=f"of a run: those after which epoch, {' or '.join(Keep)} (default: %(default)s); "
        "the best are there where it was trained with --keep best",
    )
