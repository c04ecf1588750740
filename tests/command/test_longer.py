import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.config.presets import Norm, Preset
from core.config.run_config import Rates
from core.config.suite_config import SuiteConfig
from core.errors import InputError
from core.results.outcome_text import outcome_words
from core.runs.checkpoint_file import Checkpoint, read_checkpoint, write_checkpoint
from core.runs.event_log import EventWriter
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import RunStarted, RunStopped
from core.runs.suite_state import states_in
from core.supervisor.lengthening import check_longer
from tests.command.programs import everything_in, run
from tests.process.resumed import told
from tests.process.suites import NOW, small_suite, trained_here
from tests.report.example_runs import EPOCHS, finished_events
from tests.runs.origins import origin
from tui.cli import main

_PRESETS = {Norm.BATCH: Preset.TUNED, Norm.GROUP: Preset.REFERENCE}


def _suite(epochs: int, schedule: Rates = Rates.CONSTANT) -> SuiteConfig:
    """Return runs with and without augmentation, dropout and Muon."""
    suite = small_suite(*_PRESETS, epochs=epochs, train=96)
    runs = tuple(replace(run, preset=_PRESETS[run.norm], schedule=schedule) for run in suite.runs)
    return replace(suite, runs=runs)


def test_trained_longer_a_run_ends_as_if_that_had_been_planned(tmp_path: Path) -> None:
    at_once = trained_here(_suite(epochs=4), tmp_path / "at once")
    longer = trained_here(_suite(epochs=2), tmp_path)
    flags = ("--epochs", "4", "--headless", "--export", "report.json")
    result = run("resume", str(longer.path), *flags, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert longer.config() == at_once.config()
    for name in _PRESETS:
        assert told(longer.run(name)) == told(at_once.run(name)), name
    report = json.loads((tmp_path / "report.json").read_text())
    for own in report["runs"]:
        assert own["outcome_words"] == "finished, 4 of 4 epochs (2 were planned)"
        assert "trained longer than planned: from epoch 3 on, to 4 epochs in all" in own["notices"]
    assert (
        "Trained longer than planned, once their results were known: batch (from epoch 3 on) and group "
        "(from epoch 3 on)."
    ) in report["verdict"]["cautions"]


def _finished(folder: Path, schedule: Rates) -> SuiteFolder:
    """Make a suite of runs that say they have finished."""
    suite = create_suite(folder / "runs", _suite(EPOCHS, schedule), NOW)
    for own in suite.config().runs:
        with EventWriter(suite.run(own.norm).events) as log:
            for event in finished_events(own):
                log.write(replace(event, recipe=own.recipe) if isinstance(event, RunStarted) else event)
    return suite


_CANNOT = "{suite}: batch cannot be trained longer:"
_FALLS = " its learning rate falls to zero with the last of its epochs, so that more are another training; "
_ANEW = "train it anew with more --epochs"


@pytest.mark.parametrize(
    ("schedule", "arguments", "told"),
    [
        (
            Rates.PRESET,
            ["batch", "--epochs", "30"],
            _CANNOT + _FALLS + _ANEW + ", or with --schedule constant, whose runs can be longer",
        ),
        (
            Rates.CONSTANT,
            ["--epochs", "30"],
            f"{_CANNOT} checkpoint.pt is not there any more; {_ANEW}",
        ),
        (
            Rates.CONSTANT,
            ["nothing", "--epochs", "30"],
            "{suite}: has no run nothing; must be one of batch, group",
        ),
        (Rates.CONSTANT, ["--epochs", "2000"], "--epochs 2000: must be a whole number from 1 to 1,000"),
        (Rates.CONSTANT, ["--epochs", "30", "--fresh"], "--fresh --epochs 30: give one of the two"),
    ],
)
def test_what_cannot_be_trained_longer_is_refused_in_words_and_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], schedule: Rates, arguments: list[str], told: str
) -> None:
    suite = _finished(tmp_path, schedule)
    before = everything_in(suite.path)
    assert main(["resume", str(suite.path), *arguments]) == 2
    assert capsys.readouterr().err == f"cifar-tui: {told.format(suite=suite.path)}\n"
    assert everything_in(suite.path) == before


def test_there_must_be_more_epochs_than_were_trained_and_a_run_that_has_finished(tmp_path: Path) -> None:
    suite = _finished(tmp_path, Rates.CONSTANT)
    for own in suite.config().runs:
        checkpoint = Checkpoint(
            origin=origin(own), epoch=EPOCHS + 1, step=0, seconds=0.0, history=(), state=b""
        )
        write_checkpoint(suite.run(own.norm).checkpoint, checkpoint, lambda _size: None)
    assert check_longer(suite, ["group"], EPOCHS + 1) == ("group",)
    assert check_longer(suite, [], EPOCHS + 1) == ("batch", "group")
    with pytest.raises(InputError, match="batch has 20 epochs: --epochs must be more, and a whole number"):
        check_longer(suite, ["batch"], EPOCHS)
    with EventWriter(suite.run("batch").events) as log:
        log.write(RunStopped(reason="terminated"))
    with pytest.raises(InputError, match="batch has not finished: resume goes on with it, without --epochs"):
        check_longer(suite, ["batch"], EPOCHS + 1)


def test_a_run_that_cannot_go_on_here_has_finished_as_before(tmp_path: Path) -> None:
    suite = trained_here(_suite(epochs=1), tmp_path)
    before = everything_in(suite.run("group").path)
    config, states = suite.config(), states_in(suite.path)
    checkpoint = read_checkpoint(suite.run("batch").checkpoint)
    assert checkpoint is not None
    elsewhere = replace(checkpoint, origin=replace(checkpoint.origin, fingerprint="other images"))
    write_checkpoint(suite.run("batch").checkpoint, elsewhere, lambda _size: None)
    result = run("resume", str(suite.path), "batch", "--epochs", "2", "--headless", cwd=tmp_path)
    assert result.returncode == 2
    refusal = result.stderr.splitlines()[-1]
    assert refusal.startswith("cifar-tui: the run cannot go on as it began: other images")
    assert suite.config() == config
    batch, group = states_in(suite.path)
    assert outcome_words(batch) == "finished, 1 of 1 epochs"
    assert batch.notices[-1] == f"could not be trained longer: {refusal.removeprefix('cifar-tui: ')}"
    was = states[0]
    known = replace(batch, notices=was.notices, end=None, updated_at=was.updated_at)
    assert known == was
    assert batch.misclassified is not None
    assert group == states[1]
    assert everything_in(suite.run("group").path) == before
    # what can go on here does, and the refusal of another run is not its own
    result = run("resume", str(suite.path), "group", "--epochs", "2", "--headless", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert [outcome_words(state) for state in states_in(suite.path)] == [
        "finished, 1 of 1 epochs",
        "finished, 2 of 2 epochs (1 were planned)",
    ]
