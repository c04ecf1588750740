"""The command line's flags, and the configs they make; what stands in them is checked, no file is opened."""

import argparse
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final, NoReturn

from core import __version__
from core.config.grid import NORMS, SEEDS, Grid, Sweep, parse_seeds, parse_sweep
from core.config.presets import Norm
from core.config.recipe_text import editable, parse_edit
from core.config.run_config import RunConfig, SuiteConfig, settings, suite_settings
from core.config.settings import Setting
from core.environment import MIRROR_VARIABLE
from core.errors import InputError
from tui.frame.options import GoOn

DEFAULT_RUNS_DIR: Final = Path("runs")
_COMMANDS: Final = """\
commands:
  cifar-tui [FLAGS]                      open the dashboard, or train with --headless
  cifar-tui attach [RUN]                 show a suite again: live while it trains, replayed afterwards
  cifar-tui resume SUITE [RUN...]        go on where training stopped, with the same bits
  cifar-tui report RUNS... --export FILE make a report again from event files alone
"""


class _OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, without the usage before them."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message} (see {self.prog} --help)")


def train_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui` itself; every setting of a run or a suite has a flag."""
    parser = _OneLineParser(
        prog="cifar-tui",
        description="Train small CIFAR-10 networks with three normalizations, watch them and compare them.",
        epilog=_COMMANDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"cifar-tui {__version__}")
    _add_report_flags(parser)
    parser.add_argument(
        NORMS.flag, metavar=NORMS.metavar, default=",".join(Norm), help=f"{NORMS.help} (default: %(default)s)"
    )
    parser.add_argument(
        "--mirror",
        metavar="URL",
        help=f"an address of CIFAR-10's cifar-10-python.tar.gz, tried before the known ones (default: what "
        f"{MIRROR_VARIABLE} names)",
    )
    parser.add_argument("--demo", action="store_true", help="the same as --data demo: no download, no folder")
    for name, setting in settings().items():
        _add_setting(parser, name, setting, RunConfig.__dataclass_fields__[name].default)
        if name == "seed":
            _add_setting(parser, "seeds", SEEDS, 1)
    parser.add_argument(
        "--recipe",
        metavar="FILE",
        type=Path,
        help="edit the preset's recipe by the lines of a TOML file, such as dropout = 0.1",
    )
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        dest="edits",
        action="append",
        default=[],
        help=f"edit a part of the preset's recipe: {', '.join(editable())}; may be given for several",
    )
    parser.add_argument(
        "--sweep",
        metavar="NAME=VALUES",
        action="append",
        default=[],
        help="train with each of a setting's or a recipe's values, such as lr=0.01,0.02; may be given for "
        "several",
    )
    for name, setting in suite_settings().items():
        default: object = SuiteConfig.__dataclass_fields__[name].default
        _add_setting(parser, name, setting, "auto" if default is None else default or None)
    parser.add_argument(
        "--fresh", action="store_true", help="train all runs anew, also those that were trained before"
    )
    parser.add_argument(
        "--runs-dir",
        metavar="FOLDER",
        type=Path,
        default=DEFAULT_RUNS_DIR,
        help="where runs are kept (default: %(default)s)",
    )
    _add_screen_flags(parser)
    return parser


def _add_setting(parser: argparse.ArgumentParser, name: str, setting: Setting, default: object) -> None:
    shown = "" if default is None else f" (default: {default})"
    several = ", or several of them with commas" if name == "preset" else ""
    words = f"{setting.help}: {setting.kind.wanted}{several}{shown}"
    parser.add_argument(setting.flag, dest=name, metavar=setting.metavar, help=words)


def run_grid(options: argparse.Namespace, recipe: Mapping[str, Any] | None = None) -> Grid:
    """Return the runs that the flags of `train_parser` ask for; they outweigh `recipe`, which a file had.

    Raises:
        InputError: a value is none that its flag takes, or two flags contradict each other.
    """
    given = {name: text for name in settings() if (text := getattr(options, name)) is not None}
    edits = _edits(options.edits, given)
    sweeps = tuple(map(parse_sweep, options.sweep))
    for sweep in sweeps:
        _refuse_both(sweep, given)
        if sweep.field in edits:
            raise InputError(f"--set {sweep.field}={edits[sweep.field]} --sweep {sweep}: give one of the two")
    presets = settings()["preset"].parse_several(given.pop("preset")) if "preset" in given else ()
    values = {name: settings()[name].parse(text) for name, text in given.items()}
    if options.demo:
        if values.get("data", "demo") != "demo":
            raise InputError(f"--demo --data {values['data']}: give one of the two")
        values["data"] = "demo"
    seeds = () if options.seeds is None else parse_seeds(options.seeds, values.get("seed"))
    norms = NORMS.parse_several(options.norm)
    first = {"preset": presets[0]} if presets else {}
    base = RunConfig(norm=norms[0]).having({**first, **(recipe or {}), **edits, **values})
    return Grid(base, norms, presets, seeds, sweeps)


def _edits(texts: Sequence[str], given: Mapping[str, str]) -> dict[str, Any]:
    """Read what `--set` gives; each part once, and none that has been `given` by its own flag."""
    edits: dict[str, Any] = {}
    for text in texts:
        name, value = parse_edit(text)
        if name in edits:
            raise InputError(f"--set {name}={edits[name]} --set {text}: give one of the two")
        if name in given:
            raise InputError(f"{settings()[name].flag} {given[name]} --set {text}: give one of the two")
        edits[name] = value
    return edits


def in_full(arguments: Sequence[str], options: argparse.Namespace, recipe: Mapping[str, Any]) -> list[str]:
    """Return `arguments` with what `recipe`, a file, had in its place: the file may change."""
    told = [argument for argument in arguments if not argument.startswith("--recipe=")]
    while "--recipe" in told:
        at = told.index("--recipe")
        del told[at : at + 2]
    given = {name for name in settings() if getattr(options, name) is not None}
    given |= {parse_edit(text)[0] for text in options.edits}
    given |= {parse_sweep(text).field for text in options.sweep}
    left = ((name, value) for name, value in recipe.items() if name not in given)
    return [*told, *chain.from_iterable(("--set", f"{name}={value}") for name, value in left)]


def _refuse_both(sweep: Sweep, given: Mapping[str, str]) -> None:
    if sweep.field in given:
        flag = f"{settings()[sweep.field].flag} {given[sweep.field]}"
        raise InputError(f"{flag} --sweep {sweep}: give one of the two")


def suite_values(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings of the suite that the flags of `train_parser` give, by name.

    Raises:
        InputError: a value is none that its flag takes.
    """
    given = {name: getattr(options, name) for name in suite_settings()}
    return {name: suite_settings()[name].parse(text) for name, text in given.items() if text is not None}


def attach_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui attach`."""
    parser = _OneLineParser(
        prog="cifar-tui attach",
        description="Show a suite in the dashboard: live while it trains, whoever started it, else replayed.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "run",
        metavar="RUN",
        nargs="?",
        help="a suite's folder, a run's folder in it, or a suite's name below the runs folder "
        "(default: the newest suite that is training, else the newest)",
    )
    _add_runs_dir(parser, "RUN")
    _add_screen_flags(parser)
    return parser


def resume_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui resume`."""
    parser = _OneLineParser(
        prog="cifar-tui resume",
        description="Go on with a suite exactly where it stopped: with every run that has not finished.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "suite", metavar="SUITE", help="the suite's folder, or its name below the runs folder"
    )
    parser.add_argument("runs", metavar="RUN", nargs="*", help="go on with these of its runs alone")
    parser.add_argument(
        "--fresh", action="store_true", help="train them from scratch, whatever checkpoints there are"
    )
    _add_runs_dir(parser, "SUITE")
    parser.add_argument(
        "--epochs",
        metavar="N",
        help="train finished runs longer, to N epochs in all, where they have --schedule constant",
    )
    _add_report_flags(parser)
    _add_screen_flags(parser)
    return parser


def _add_runs_dir(parser: argparse.ArgumentParser, given: str) -> None:
    """Add where runs are kept, of a command that is `given` one of them."""
    parser.add_argument(
        "--runs-dir",
        metavar="FOLDER",
        type=Path,
        help=f"where runs are kept (default: where {given} is, else {DEFAULT_RUNS_DIR})",
    )


def wanted_of(options: argparse.Namespace) -> GoOn:
    """Return what the flags of `resume_parser` want of a suite.

    Raises:
        InputError: a value is none that its flag takes, or two flags contradict each other.
    """
    if options.epochs is None:
        return GoOn(tuple(options.runs), options.fresh)
    if options.fresh:
        raise InputError(f"--fresh --epochs {options.epochs}: give one of the two")
    return GoOn(tuple(options.runs), epochs=settings()["epochs"].parse(options.epochs))


def report_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui report`."""
    parser = _OneLineParser(
        prog="cifar-tui report",
        description="Make a report again from event files alone.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "runs", metavar="RUNS", nargs="+", type=Path, help="a suite's folder, or single runs'"
    )
    parser.add_argument(
        "--export", metavar="FILE", type=Path, required=True, help="a .md, .json or .csv file"
    )
    return parser


def _add_report_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--headless", action="store_true", help="train with no screen: progress, then the report"
    )
    parser.add_argument(
        "--export", metavar="FILE", type=Path, help="write the report here: .md with pictures, .json or .csv"
    )


def _add_screen_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.add_argument(
        "--ascii", action="store_true", help="draw with ASCII alone (by itself where the locale is not UTF-8)"
    )
