"""The command `cifar-tui`: flags in, exit status out; whatever is wrong is told in one line."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from core import __version__
from core.config import RunConfig, SuiteConfig, parse_norms, settings, variants
from core.errors import EXIT_BAD_INPUT, EXIT_FAILED, EXIT_STOPPED, InputError
from core.presets import Norm


class _OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, without the usage before them."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message} (see {self.prog} --help)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _report(given[1:]) if given[:1] == ["report"] else _train(given)
    except InputError as error:
        print(f"cifar-tui: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except OSError as error:  # a disk or a pipe; whatever was trained is in the event files
        print(f"cifar-tui: {error}", file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_STOPPED


def _train_parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(
        prog="cifar-tui",
        description="Train small CIFAR-10 networks with three normalizations and compare them.",
        epilog="cifar-tui report RUNS... --export FILE makes a report again from a suite's event files.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"cifar-tui {__version__}")
    parser.add_argument(
        "--headless", action="store_true", help="train with no screen: progress, then the report"
    )
    parser.add_argument(
        "--export", metavar="FILE", type=Path, help="write the report here: .md with pictures, .json or .csv"
    )
    parser.add_argument(
        "--norm", metavar="NAMES", default=",".join(Norm), help="norms to train (default: %(default)s)"
    )
    parser.add_argument("--demo", action="store_true", help="the same as --data demo: no download, no folder")
    for name, setting in settings().items():
        default = RunConfig.__dataclass_fields__[name].default
        shown = "" if default is None else f" (default: {default})"
        kind = setting.kind.wanted
        parser.add_argument(
            setting.flag, dest=name, metavar=setting.metavar, help=f"{setting.help}: {kind}{shown}"
        )
    parser.add_argument(
        "--runs-dir",
        metavar="FOLDER",
        type=Path,
        default=Path("runs"),
        help="where runs are kept (default: runs)",
    )
    return parser


def _train(arguments: list[str]) -> int:
    options = _train_parser().parse_args(arguments)
    config = SuiteConfig(_configs(options), shlex.join(["cifar-tui", *arguments]))
    # after the flags are known to be good: these take longer to import than the flags to refuse
    from core.dataset.layout import check_source  # noqa: PLC0415
    from core.report import check_export_path  # noqa: PLC0415

    check_source(config.runs[0].data)
    if options.export is not None:
        check_export_path(options.export)
    if not options.headless:
        raise InputError("this version has no dashboard yet; add --headless")
    from tui.headless import run_headless  # noqa: PLC0415

    return run_headless(config, options.runs_dir, options.export)


def _configs(options: argparse.Namespace) -> tuple[RunConfig, ...]:
    given = {name: getattr(options, name) for name in settings()}
    values = {name: settings()[name].parse(text) for name, text in given.items() if text is not None}
    if options.demo:
        if values.get("data", "demo") != "demo":
            raise InputError(f"--demo --data {values['data']}: give one of the two")
        values["data"] = "demo"
    norms = parse_norms(options.norm)
    return variants(RunConfig(norm=norms[0], **values), norms)


def _report(arguments: list[str]) -> int:
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
    options = parser.parse_args(arguments)
    from core.report import check_export_path  # noqa: PLC0415
    from core.suite_watch import states_in  # noqa: PLC0415
    from tui.headless import write_report  # noqa: PLC0415

    check_export_path(options.export)
    write_report([state for path in options.runs for state in states_in(path)], options.export)
    return 0


if __name__ == "__main__":
    sys.exit(main())
