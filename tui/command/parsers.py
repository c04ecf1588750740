"""The command line's parsers: which flags there are, in groups, and what their help says."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

from core import __version__
from core.config.grid import NORMS, SEEDS
from core.config.presets import Norm
from core.config.recipe_text import editable
from core.config.run_config import RunConfig, SuiteConfig, settings, suite_settings
from core.config.settings import Setting
from core.environment import MIRROR_VARIABLE
from core.errors import InputError

DEFAULT_RUNS_DIR: Final = Path("runs")
SHELLS: Final = ("bash", "zsh", "fish")
_AFTER_FLAGS: Final = """\
commands:
  cifar-tui [FLAGS]                      open the dashboard, or train --headless
  cifar-tui attach [RUN]                 show a suite again, live or replayed
  cifar-tui resume SUITE [RUN...]        go on, with the same bits
  cifar-tui report RUNS... --export FILE make a report from event files alone
  cifar-tui completion SHELL             let bash, zsh or fish complete

examples:
  cifar-tui --demo                                   look at it in half a minute
  cifar-tui --headless --export report.md            all of it without a screen
  cifar-tui --norm batch,group --seeds 8 --epochs 5  which is better, if any
  cifar-tui --data photos --set dropout=0.1          your images, edited recipe
"""

_Add = Callable[..., argparse.Action]


class _OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, without the usage before them."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message} (see {self.prog} --help)")


def _command_parser(name: str, description: str, epilog: str | None = None) -> argparse.ArgumentParser:
    return _OneLineParser(
        prog=f"cifar-tui {name}", description=description, epilog=epilog, allow_abbrev=False
    )


def train_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui` itself; every setting of a run or a suite has a flag."""
    parser = _OneLineParser(
        prog="cifar-tui",
        usage="%(prog)s [FLAGS], or a command, see below",
        description="Train small CIFAR-10 networks in three normalizations; watch and compare them.",
        epilog=_AFTER_FLAGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"cifar-tui {__version__}")
    networks = parser.add_argument_group("networks and recipe").add_argument
    images = parser.add_argument_group("images").add_argument
    training = parser.add_argument_group("training").add_argument
    output = parser.add_argument_group("screen, runs and report").add_argument
    groups = dict.fromkeys(("data", "limit_train", "limit_test"), images)
    groups |= dict.fromkeys(("device", "flip_average", "on_divergence"), training)
    networks(
        NORMS.flag, metavar=NORMS.metavar, default=",".join(Norm), help=f"{NORMS.help} (default: %(default)s)"
    )
    for name, setting in settings().items():
        _add_setting(groups.get(name, networks), name, setting, RunConfig.__dataclass_fields__[name].default)
        if name == "seed":
            _add_setting(networks, "seeds", SEEDS, 1)
    _add_recipe_flags(networks)
    images("--demo", action="store_true", help="the same as --data demo: no download, no folder")
    images(
        "--mirror",
        metavar="URL",
        help=f"an address of CIFAR-10's cifar-10-python.tar.gz, tried before the known ones (default: what "
        f"{MIRROR_VARIABLE} names)",
    )
    for name, setting in suite_settings().items():
        default: object = SuiteConfig.__dataclass_fields__[name].default
        _add_setting(training, name, setting, "auto" if default is None else default or None)
    training("--fresh", action="store_true", help="train all runs anew, also those that were trained before")
    _add_report_flags(output)
    output(
        "--runs-dir",
        metavar="FOLDER",
        type=Path,
        default=DEFAULT_RUNS_DIR,
        help="where runs are kept (default: %(default)s)",
    )
    _add_screen_flags(output)
    return parser


def _add_recipe_flags(add: _Add) -> None:
    add(
        "--recipe",
        metavar="FILE",
        type=Path,
        help="edit the preset's recipe by the lines of a TOML file, such as dropout = 0.1",
    )
    add(
        "--set",
        metavar="NAME=VALUE",
        dest="edits",
        action="append",
        default=[],
        help=f"edit a part of the preset's recipe: {', '.join(editable())}; may be given for several",
    )
    add(
        "--sweep",
        metavar="NAME=VALUES",
        action="append",
        default=[],
        help="train with each of a setting's or a recipe's values, such as lr=0.01,0.02; may be given for "
        "several",
    )


def _add_setting(add: _Add, name: str, setting: Setting, default: object) -> None:
    shown = "" if default is None else f" (default: {default})"
    several = ", or several of them with commas" if name == "preset" else ""
    words = f"{setting.help}: {setting.kind.wanted}{several}{shown}"
    add(setting.flag, dest=name, metavar=setting.metavar, help=words)


def attach_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui attach`."""
    parser = _command_parser(
        "attach", "Show a suite in the dashboard: live while it trains, whoever started it, else replayed."
    )
    parser.add_argument(
        "run",
        metavar="RUN",
        nargs="?",
        help="a suite's folder, a run's folder in it, or a suite's name below the runs folder "
        "(default: the newest suite that is training, else the newest)",
    )
    _add_runs_dir(parser.add_argument, "RUN")
    _add_screen_flags(parser.add_argument)
    return parser


def resume_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui resume`."""
    parser = _command_parser(
        "resume", "Go on with a suite exactly where it stopped: with every run that has not finished."
    )
    parser.add_argument(
        "suite", metavar="SUITE", help="the suite's folder, or its name below the runs folder"
    )
    parser.add_argument("runs", metavar="RUN", nargs="*", help="go on with these of its runs alone")
    parser.add_argument(
        "--fresh", action="store_true", help="train them from scratch, whatever checkpoints there are"
    )
    _add_runs_dir(parser.add_argument, "SUITE")
    parser.add_argument(
        "--epochs",
        metavar="N",
        help="train finished runs longer, to N epochs in all, where they have --schedule constant",
    )
    _add_report_flags(parser.add_argument)
    _add_screen_flags(parser.add_argument)
    return parser


def _add_runs_dir(add: _Add, given: str) -> None:
    """Add where runs are kept, of a command that is `given` one of them."""
    add(
        "--runs-dir",
        metavar="FOLDER",
        type=Path,
        help=f"where runs are kept (default: where {given} is, else {DEFAULT_RUNS_DIR})",
    )


def report_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui report`."""
    parser = _command_parser("report", "Make a report again from event files alone.")
    parser.add_argument(
        "runs", metavar="RUNS", nargs="+", type=Path, help="a suite's folder, or single runs'"
    )
    parser.add_argument(
        "--export", metavar="FILE", type=Path, required=True, help="a .md, .json or .csv file"
    )
    return parser


def completion_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui completion`."""
    parser = _command_parser(
        "completion",
        "Print the script by which a shell completes this command line.",
        "bash: add `source <(cifar-tui completion bash)` to ~/.bashrc; zsh: add "
        '`eval "$(cifar-tui completion zsh)"` to ~/.zshrc, after compinit; fish: '
        "`cifar-tui completion fish > ~/.config/fish/completions/cifar-tui.fish`",
    )
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=f"one of {', '.join(SHELLS)}")
    return parser


def _add_report_flags(add: _Add) -> None:
    add("--headless", action="store_true", help="train with no screen: progress, then the report")
    add("--export", metavar="FILE", type=Path, help="write the report here: .md with pictures, .json or .csv")


def _add_screen_flags(add: _Add) -> None:
    add("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    add(
        "--ascii", action="store_true", help="draw with ASCII alone (by itself where the locale is not UTF-8)"
    )
