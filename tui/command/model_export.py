"""`cifar-tui export-model`: a run's network, in a file for other programs."""

from argparse import Namespace
from pathlib import Path

from core.config.model_form import Form
from core.config.suite_config import Keep
from core.results.number_format import count
from core.supervisor.model_process import answers
from core.supervisor.model_tasks import ExportModel, ModelWritten
from tui.command.find_run import find_run
from tui.command.parsers.shared import DEFAULT_RUNS_DIR
from tui.command.standard_streams import print_path, say


def export_model(options: Namespace) -> int:
    """Write the file; its path goes to standard output, and what is in it to standard error.

    Raises:
        InputError: there is no such run, it has no such weights, or the file cannot be written.
    """
    run = find_run(options.runs_dir or DEFAULT_RUNS_DIR, options.run, "export-model")
    form = _form(options.form, options.out)
    out = options.out or Path(f"{run.resolve().parent.name}-{run.resolve().name}.{form}")
    task = ExportModel(run=str(run), keep=Keep(options.weights), form=form, out=str(out))
    for answer in answers(task):
        if isinstance(answer, ModelWritten):
            say(f"{answer.words}; {count(answer.size)} bytes")
            print_path(out)
    return 0


def _form(given: str | None, out: Path | None) -> Form:
    if given is not None:
        return Form(given)
    ending = "" if out is None else out.suffix.lower().removeprefix(".")
    return Form(ending) if ending in set(Form) else Form.SAFETENSORS
