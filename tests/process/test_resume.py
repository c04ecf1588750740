import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.config.presets import Norm, Preset
from core.config.suite_config import SuiteConfig
from core.report.scalars.recorded_run import RecordedRun
from core.report.scalars.told_scalars import told_scalars
from core.runs.checkpoint_file import read_checkpoint, write_checkpoint
from core.runs.commands import Command
from core.runs.event_log import read_events
from core.runs.events import Phase
from core.runs.folder import RunFolder
from core.runs.life_events import RunFailed, RunStarted
from core.runs.run_state import Outcome, RunState
from core.runs.suite_state import SuiteState
from core.supervisor.worker_process import WorkerProcess
from tests.documents.described import undescribed
from tests.process.resumed import Told, finish, go_on, kill, told, unfinished
from tests.process.suites import small_suite, started, trained_here, until, until_ended

_EPOCHS = 3
_STEPS = 12  # of an epoch
_PRESETS: Mapping[Norm, Preset] = {
    Norm.BATCH: Preset.FAST,
    Norm.LAYER: Preset.BEST,
    Norm.GROUP: Preset.REFERENCE,
}


def _suite(parallel: int | None, norms: Sequence[Norm] = tuple(_PRESETS)) -> SuiteConfig:
    """Return a run of each norm, each of another preset, that save within an epoch whenever they may."""
    suite = small_suite(*norms, epochs=_EPOCHS, train=32 * _STEPS, parallel=parallel)
    runs = tuple(replace(run, preset=_PRESETS[run.norm]) for run in suite.runs)
    return replace(suite, runs=runs, checkpoint_seconds=1e-3)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """What the runs of the suite come to, one after the other, when nothing interrupts them."""
    folder = trained_here(_suite(parallel=1), tmp_path_factory.mktemp("uninterrupted"))
    return {name: told(folder.run(name)) for name in _PRESETS}


def _until(worker: WorkerProcess, reached: Callable[[RunState], bool]) -> None:
    """Wait until a run that is under way has `reached` something."""

    def any_has(state: SuiteState) -> bool:
        return any(run.outcome is Outcome.RUNNING and reached(run) for run in state.runs)

    until(worker, any_has)


@pytest.mark.parametrize(
    ("parallel", "norms"),
    [(1, (Norm.BATCH, Norm.GROUP)), (3, tuple(_PRESETS))],  # alone the first is killed alone
    ids=["alone", "side by side"],
)
def test_killed_runs_end_as_if_nothing_had_happened(
    tmp_path: Path, uninterrupted: dict[str, Told], parallel: int, norms: Sequence[Norm]
) -> None:
    worker = started(_suite(parallel, norms), tmp_path)
    for epoch, step in ((1, _STEPS // 2), (2, 1)):
        _until(worker, lambda run: (run.epoch, run.epoch_steps) >= (epoch, step))  # noqa: B023 - called at once
        kill(worker)
        worker = go_on(worker.folder, unfinished(worker))
    until_ended(worker)
    for name in norms:
        whole = uninterrupted[name]
        assert told(worker.folder.run(name)) == whole
        assert _exported_losses(worker.folder.run(name)) == _losses(whole)
        assert undescribed(worker.folder.run(name).events) == []
    assert undescribed(worker.folder.log) == []


def _exported_losses(folder: RunFolder) -> list[tuple[int, float]]:
    scalars = told_scalars(RecordedRun.read(folder.path.name, folder.events))
    return [(scalar.step, scalar.value) for scalar in scalars if scalar.tag == "train/loss"]


def _losses(whole: Told) -> list[tuple[int, float]]:
    """Return each step's loss, by the number of steps that were done with it."""
    epochs = (whole.steps[epoch] for epoch in sorted(whole.steps))
    return list(enumerate((loss for steps in epochs for loss, _ in steps), start=1))


def test_stopped_in_every_way_a_run_goes_on(tmp_path: Path, uninterrupted: dict[str, Told]) -> None:
    worker = started(_suite(parallel=3), tmp_path)
    _until(worker, lambda run: run.epoch == 1 and run.epoch_steps > 0)
    worker.ask(Command.STOP_NOW)
    until_ended(worker)
    worker = go_on(worker.folder, unfinished(worker))
    _until(worker, lambda run: run.phase is Phase.TRAIN)
    os.kill(worker.pid, signal.SIGTERM)
    until_ended(worker)
    worker = go_on(worker.folder, unfinished(worker))
    _until(worker, lambda run: run.phase is Phase.TRAIN)
    worker.ask(Command.STOP_AFTER_EPOCH)
    until_ended(worker)
    finish(worker.folder, unfinished(worker))
    assert {name: told(worker.folder.run(name)) for name in _PRESETS} == uninterrupted


def _first_events(folder: RunFolder) -> list[type]:
    return [type(record.event) for record in read_events(folder.events)]


def test_a_run_of_other_images_is_refused_and_keeps_what_it_has_and_from_scratch_is_from_scratch(
    tmp_path: Path,
) -> None:
    suite = small_suite(Norm.BATCH, epochs=2, train=1_000)
    worker = started(suite, tmp_path)
    _until(worker, lambda run: len(run.tests) == 1)
    worker.ask(Command.STOP_NOW)
    until_ended(worker)
    checkpoint = worker.folder.run("batch").checkpoint
    before = checkpoint.read_bytes()
    found = read_checkpoint(checkpoint)
    assert found is not None
    of_others = replace(found, origin=replace(found.origin, fingerprint="sha256:0"))
    write_checkpoint(checkpoint, of_others, lambda _size: None)
    (run,) = until_ended(go_on(worker.folder, ["batch"])).runs
    assert isinstance(run.end, RunFailed)
    assert run.end.error == (
        "the run cannot go on as it began: other images; go on where it is the same, or train it from scratch"
    )
    assert len(run.tests) == 1
    checkpoint.write_bytes(before)
    finish(worker.folder, ["batch"])

    anew = WorkerProcess.start(worker.folder, ["batch"], fresh=["batch"])  # though there is a checkpoint
    _until(anew, lambda run: run.phase is Phase.TRAIN)
    (run,) = anew.poll().runs
    assert (run.epochs, _first_events(worker.folder.run("batch")).count(RunStarted)) == ((), 2)
    kill(anew)
