"""Several runs of a suite in one worker, at the same time."""

from pathlib import Path

from core.config.presets import Norm, Preset
from core.runs.checkpoint_file import Checkpoint, write_checkpoint
from core.runs.commands import Command
from core.runs.concurrency import runs_at_once
from core.runs.death import lost as death_of
from core.runs.events import Phase
from core.runs.folder import create_suite
from core.runs.life_events import Fault, RunFailed, RunStopped
from core.runs.run_state import Outcome
from core.runs.suite_state import SuiteReader, SuiteState
from core.supervisor.worker_process import WorkerProcess
from tests.process.suites import (
    NOW,
    kill_worker,
    metrics,
    small_suite,
    started,
    trained_here,
    until,
    until_ended,
)
from tests.runs.origins import origin


def phases(state: SuiteState) -> list[Phase | None]:
    return [run.phase for run in state.runs]


def training(state: SuiteState, *names: str) -> bool:
    return all(run.phase is Phase.TRAIN and run.epoch_steps > 0 for run in state.runs if run.name in names)


def test_side_by_side_every_number_is_the_one_of_training_alone(tmp_path: Path) -> None:
    suites = [small_suite(*Norm, epochs=2, preset=Preset.TUNED, parallel=parallel) for parallel in (1, None)]
    worker = started(suites[1], tmp_path)
    folders = [trained_here(suites[0], tmp_path), worker.folder]
    until_ended(worker)
    for suite, folder in zip(suites, folders, strict=True):
        state = SuiteReader(folder).poll()
        assert [run.outcome for run in state.runs] == [Outcome.FINISHED] * 3
        environment = state.runs[0].environment
        assert environment is not None
        shared = runs_at_once(suite, environment.device, environment.threads) > 1
        assert state.runs[0].notices == ("trains side by side with layer, group",) * shared
        assert all(run.side_by_side == shared for run in state.runs)
    for norm in Norm:
        alone, beside = (metrics(folder, norm) for folder in folders)
        assert len(alone) == 2 * (256 // 32 + 2)  # an epoch is its steps, its sum, its evaluation
        assert alone == beside


def test_orders_find_the_runs_they_are_for(tmp_path: Path) -> None:
    worker = started(small_suite(*Norm, epochs=50, train=1_000, parallel=3), tmp_path)
    until(worker, lambda s: training(s, *Norm))
    worker.ask(Command.PAUSE)
    until(worker, lambda s: phases(s) == [Phase.PAUSED] * 3)

    worker.ask(Command.SKIP, "layer")
    skipped = until(worker, lambda s: s.runs[1].outcome.ended)
    assert skipped.runs[1].end == RunStopped(reason="skipped")
    assert [run.name for run in skipped.under_way] == ["batch", "group"]
    assert skipped.pausing

    # there is room for it at once, and it holds with the others
    worker.ask(Command.RETRY, "layer")
    held = until(worker, lambda s: phases(s) == [Phase.PAUSED] * 3)
    assert held.runs[1].epoch == 0
    assert held.pausing
    worker.ask(Command.RESUME)
    until(worker, lambda s: training(s, "layer"))

    worker.ask(Command.STOP_AFTER_EPOCH)
    state = until_ended(worker)
    for run in state.runs:
        assert run.end == RunStopped(reason="asked to stop")
        assert len(run.tests) == len(run.epochs) >= 1


def test_the_next_run_begins_where_there_is_room_and_a_killed_worker_loses_all_under_way(
    tmp_path: Path,
) -> None:
    worker = started(small_suite(*Norm, epochs=50, train=1_000, parallel=2), tmp_path)
    state = until(worker, lambda s: training(s, "batch", "layer"))
    assert state.runs[2].outcome is Outcome.WAITING
    worker.ask(Command.SKIP, "batch")
    until(worker, lambda s: training(s, "layer", "group"))
    kill_worker(worker.pid)
    batch, layer, group = until_ended(worker).runs
    assert batch.end == RunStopped(reason="skipped")
    assert layer.end == group.end == death_of(worker.folder, -9)


def test_a_run_that_fails_hurts_neither_its_neighbour_nor_the_next(tmp_path: Path) -> None:
    folder = create_suite(tmp_path, small_suite(*Norm, parallel=2), NOW)
    first = folder.run("batch")
    first.path.mkdir()
    elsewhere = origin(folder.config().config_of("batch"))
    checkpoint = Checkpoint(origin=elsewhere, epoch=1, step=0, seconds=0.0, history=(), state=b"")
    write_checkpoint(first.checkpoint, checkpoint, lambda _size: None)
    batch, *others = until_ended(WorkerProcess.start(folder)).runs
    assert isinstance(batch.end, RunFailed)
    assert "cannot go on as it began: other images" in batch.end.error
    assert [run.outcome for run in others] == [Outcome.FINISHED] * 2


def test_images_that_cannot_be_used_are_told_by_the_first_run_alone(tmp_path: Path) -> None:
    worker = started(small_suite(*Norm, train=999_999, parallel=3), tmp_path)
    batch, *others = until_ended(worker).runs
    assert isinstance(batch.end, RunFailed)
    assert batch.end.fault is Fault.INPUT
    assert "--limit-train 999999" in batch.end.error.replace(",", "")
    assert [run.outcome for run in others] == [Outcome.WAITING] * 2
