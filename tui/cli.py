"""The command `cifar-tui`: flags in, exit status out; whatever is wrong is reported in one line."""

import os
import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.config.grid import Grid
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig, suite_settings
from core.environment import MIRROR_VARIABLE, check_mirror, single_precision
from core.errors import EXIT_BAD_INPUT, EXIT_FAILED, EXIT_STOPPED, InputError
from tui.command.flags import in_full, run_grid, suite_values, wanted_of
from tui.command.parsers import train_parser
from tui.command.parsers.shared import DEFAULT_RUNS_DIR
from tui.command.standard_streams import forget_told_size, open_missing, print_script, say

if TYPE_CHECKING:
    from core.runs.folder import SuiteFolder
    from tui.frame.options import DashboardOptions, Outputs


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    open_missing()
    forget_told_size()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        command = _COMMANDS.get(next(iter(given), ""))
        return _train(given) if command is None else command(given[1:])
    except InputError as error:
        say(f"cifar-tui: {error}")
        return EXIT_BAD_INPUT
    except OSError as error:  # a disk or a pipe; whatever was trained is in the event files
        say(f"cifar-tui: {error}")
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_STOPPED


# Each command imports its parser, and what it needs once its flags are known to be good: refusing them, and
# the help, take less time.


def _train(arguments: list[str]) -> int:
    options = train_parser().parse_args(arguments)
    edits, grid, values = _wanted(options)
    if _has_screen(options):
        from tui.frame.options import DashboardOptions  # noqa: PLC0415 - see above

        chosen = DashboardOptions(grid=grid, suite=values, runs_dir=options.runs_dir)
        return _show(replace(chosen, fresh=options.fresh, **asdict(_outputs(options))), options)
    from tui.command.headless import run_headless  # noqa: PLC0415 - see above

    suite = SuiteConfig(grid.runs(), shlex.join(["cifar-tui", *in_full(arguments, options, edits)]), **values)
    return run_headless(suite, options.runs_dir, _outputs(options), fresh=options.fresh)


def _outputs(options: Namespace) -> "Outputs":
    from tui.frame.options import Outputs  # noqa: PLC0415 - see above

    return Outputs(options.export, options.tensorboard)


def _wanted(options: Namespace) -> tuple[dict[str, Any], Grid, dict[str, Any]]:
    """Return the edits in the recipe's file, the runs and the suite's settings, all of it checked."""
    single_precision()  # refuses what the worker could not compute in
    edits = _recipe(options.recipe)
    grid = run_grid(options, edits)
    values = suite_values(options)
    if options.mirror is not None:
        os.environ[MIRROR_VARIABLE] = check_mirror(options.mirror, "--mirror")  # a worker's as well
    _check_paths(grid.base, options.runs_dir, options)
    if grid.base.model is not None:
        from core.runs.folder import in_full as run_in_full  # noqa: PLC0415 - see above

        run_in_full(grid.base)
    return edits, grid, values


def _recipe(file: Path | None) -> dict[str, Any]:
    """Return the edits in a recipe's file, by name; none where there is none."""
    if file is None:
        return {}
    from core.runs.recipe_file import read_recipe  # noqa: PLC0415 - see above

    return read_recipe(file)


def _check_paths(run: RunConfig, runs_dir: Path, options: Namespace) -> None:
    from core.dataset.availability import check_source  # noqa: PLC0415 - see above

    check_source(run.data, run.image_options)
    if options.export is not None:
        from core.report import check_export_path  # noqa: PLC0415 - a tenth of a second, seldom wanted

        check_export_path(options.export)
    if options.tensorboard is not None:
        from tui.command.export import check_logdir  # noqa: PLC0415 - as above

        check_logdir(options.tensorboard)
    from core.runs.folder import check_runs_dir  # noqa: PLC0415 - see above

    check_runs_dir(runs_dir)


def _attach(arguments: list[str]) -> int:
    from tui.command.parsers.suites import attach_parser  # noqa: PLC0415 - see above

    options = attach_parser().parse_args(arguments)
    from core.runs.folder import SuiteFolder  # noqa: PLC0415 - see above
    from tui.command.attach import find_suite  # noqa: PLC0415 - see above
    from tui.command.launch import has_terminal  # noqa: PLC0415 - see above

    suite = find_suite(options.runs_dir or DEFAULT_RUNS_DIR, options.run)
    if not has_terminal():
        raise InputError("attach needs a terminal; cifar-tui report makes a report without one")
    return _show(_around(SuiteFolder(suite), options), options)


def _resume(arguments: list[str]) -> int:
    from tui.command.parsers.suites import resume_parser  # noqa: PLC0415 - see above

    options = resume_parser().parse_args(arguments)
    single_precision()  # as above
    from core.runs.folder import SuiteFolder  # noqa: PLC0415 - see above
    from tui.command.attach import find_suite  # noqa: PLC0415 - see above

    suite = find_suite(options.runs_dir or DEFAULT_RUNS_DIR, options.suite, "resume")
    folder = SuiteFolder(suite)
    wanted = wanted_of(options)
    _check_paths(folder.config().runs[0], suite.resolve().parent, options)
    if wanted.epochs is not None:  # refused here, not on a screen
        from core.supervisor.lengthening import check_longer  # noqa: PLC0415 - see above

        check_longer(folder, wanted.runs, wanted.epochs)
    if _has_screen(options):
        chosen = replace(_around(folder, options), go_on=wanted, **asdict(_outputs(options)))
        return _show(chosen, options)
    from tui.command.headless import resume_headless  # noqa: PLC0415 - see above

    return resume_headless(folder, wanted, _outputs(options))


def _around(folder: "SuiteFolder", options: Namespace) -> "DashboardOptions":
    """Return what the dashboard needs to open the suite in `folder`, and to train its like."""
    from tui.frame.options import DashboardOptions  # noqa: PLC0415 - see above

    config = folder.config()
    return DashboardOptions(
        grid=Grid.around(config.runs),
        suite={name: getattr(config, name) for name in suite_settings()},
        runs_dir=options.runs_dir or folder.path.resolve().parent,
        attach=folder.path,
    )


def _has_screen(options: Namespace) -> bool:
    """Tell whether to train on a screen; where one is wanted and there is no terminal, say so."""
    if options.headless:
        return False
    from tui.command.launch import has_terminal  # noqa: PLC0415 - see above

    if not (found := has_terminal()):
        say("cifar-tui: no terminal here, so training without a screen, as with --headless")
    return found


def _show(chosen: "DashboardOptions", options: Namespace) -> int:
    """Run the dashboard until the user leaves it; return the exit status."""
    from tui.command.launch import has_utf8, in_browser, run_dashboard  # noqa: PLC0415 - see above

    ascii_only = options.ascii or not (in_browser() or has_utf8())
    return run_dashboard(replace(chosen, mouse=not options.no_mouse, ascii_only=ascii_only))


def _report(arguments: list[str]) -> int:
    from tui.command.parsers.suites import report_parser  # noqa: PLC0415 - see above

    options = report_parser().parse_args(arguments)
    from core.report import check_export_path  # noqa: PLC0415 - see above
    from core.runs.suite_state import states_in  # noqa: PLC0415 - see above
    from tui.command.headless import write_report  # noqa: PLC0415 - see above

    check_export_path(options.export)
    write_report([state for path in options.runs for state in states_in(path)], options.export)
    return 0


def _export(arguments: list[str]) -> int:
    from tui.command.parsers.export import export_parser  # noqa: PLC0415 - see above

    options = export_parser().parse_args(arguments)
    from core.report.scalars import Format  # noqa: PLC0415 - see above
    from tui.command.export import export  # noqa: PLC0415 - see above

    export(options.run, options.runs_dir or DEFAULT_RUNS_DIR, Format(options.to), options.out)
    return 0


def _export_model(arguments: list[str]) -> int:
    from tui.command.parsers.models import export_model_parser  # noqa: PLC0415 - see above

    options = export_model_parser().parse_args(arguments)
    from tui.command.model_export import export_model  # noqa: PLC0415 - see above

    return export_model(options)


def _predict(arguments: list[str]) -> int:
    from tui.command.parsers.models import predict_parser  # noqa: PLC0415 - see above

    options = predict_parser().parse_args(arguments)
    from tui.command.predict import predict  # noqa: PLC0415 - see above

    return predict(options)


def _completion(arguments: list[str]) -> int:
    from tui.command.parsers.completion import completion_parser  # noqa: PLC0415 - see above

    options = completion_parser().parse_args(arguments)
    from tui.command.completion import completion_script  # noqa: PLC0415 - see above

    print_script(completion_script(options.shell))
    return 0


def _doctor(arguments: list[str]) -> int:
    from tui.command.parsers.doctor import PATIENCE, doctor_parser  # noqa: PLC0415 - see above

    options = doctor_parser().parse_args(arguments)
    patience = PATIENCE.parse(options.timeout)
    from tui.command.doctor import run_doctor  # noqa: PLC0415 - see above

    return run_doctor(options.runs_dir, options.data, patience, as_json=options.json)


def _serve(arguments: list[str]) -> int:
    from tui.command.parsers.serve import parse_serve  # noqa: PLC0415 - see above

    options, shown = parse_serve(arguments)
    command = next(iter(shown), "")
    if command == "open":
        from tui.command.open_runs import sources_of  # noqa: PLC0415 - see above
        from tui.command.parsers.open import open_parser  # noqa: PLC0415 - see above

        list(sources_of(open_parser().parse_args(shown[1:]).paths))
    elif command == "attach":
        from tui.command.attach import find_suite  # noqa: PLC0415 - see above
        from tui.command.parsers.suites import attach_parser  # noqa: PLC0415 - see above

        attached = attach_parser().parse_args(shown[1:])
        find_suite(attached.runs_dir or DEFAULT_RUNS_DIR, attached.run)
    elif command in _COMMANDS:  # of resume, every tab, and every one loaded anew, would go on again
        raise InputError(
            f"serve {command}: only attach and open can be served; in the dashboard, r in Runs goes on"
        )
    else:
        trained = train_parser().parse_args(shown)
        if trained.headless:
            raise InputError("serve --headless: give one of the two")
        _wanted(trained)
    from importlib.util import find_spec  # noqa: PLC0415 - see above

    if find_spec("textual_serve") is None:
        raise InputError("serve needs textual-serve: uv sync --extra serve, or pip install textual-serve")
    from tui.command.serve.command import serve  # noqa: PLC0415 - see above

    return serve(options, shown)


def _open(arguments: list[str]) -> int:
    from tui.command.parsers.open import open_parser  # noqa: PLC0415 - see above

    options = open_parser().parse_args(arguments)
    if options.export is None and (options.metric or options.goal):
        raise InputError("--metric and --goal are for the report; give --export, too")
    from tui.command.launch import has_utf8  # noqa: PLC0415 - see above
    from tui.command.open_runs import open_runs, report_runs  # noqa: PLC0415 - see above

    if options.export is not None:
        return report_runs(options.paths, options.export, options.metric, options.goal)
    ascii_only = options.ascii or not has_utf8()
    return open_runs(options.paths, mouse=not options.no_mouse, ascii_only=ascii_only)


_COMMANDS: Final = {
    "attach": _attach,
    "resume": _resume,
    "report": _report,
    "open": _open,
    "export": _export,
    "export-model": _export_model,
    "predict": _predict,
    "serve": _serve,
    "completion": _completion,
    "doctor": _doctor,
}


if __name__ == "__main__":
    sys.exit(main())
