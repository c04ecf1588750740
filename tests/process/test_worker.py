import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import torch

from core.config.presets import Norm, Preset
from core.config.suite_config import Keep, SuiteConfig
from core.results.outcome_text import outcome_words
from core.runs.commands import Command
from core.runs.death import lost as death_of
from core.runs.event_log import EventWriter, read_events
from core.runs.events import (
    CheckpointSaved,
    DataLoaded,
    EpochEnded,
    Evaluated,
    MisclassifiedFound,
    ModelSummarised,
    Phase,
    PhaseChanged,
    StepsDone,
)
from core.runs.evidence_events import (
    AnswersMarked,
    NormalizationShown,
    SamplesShown,
    WatchedAnswered,
    WatchedShown,
)
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import RunFinished, RunLost, RunStarted, RunStopped
from core.runs.machine_events import EnvironmentFound
from core.runs.run_state import Outcome
from core.runs.suite_events import RunsQueued, WorkerEnded, WorkerStarted
from core.runs.suite_state import SuiteReader, SuiteState
from core.supervisor.worker_process import WorkerProcess
from tests.bench.weights import weights_in
from tests.patience import event_bytes, wait_for
from tests.process.suites import NOW, small_suite, started, until, until_ended
from tests.runs.made_suites import log as log_suite


def training(state: SuiteState) -> bool:
    return state.runs[0].epoch_steps > 0 or state.runs[0].epochs != ()


def test_every_preset_from_first_event_to_last_without_waiting_for_torchs_compiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = small_suite(*Norm, epochs=2)
    batch, layer, group = suite.runs
    runs = (
        replace(batch, preset=Preset.TUNED),
        replace(layer, preset=Preset.REFERENCE),
        replace(group, preset=Preset.FAST),
        replace(layer, preset=Preset.BEST),
    )
    suite = SuiteConfig(runs, suite.command, suite.parallel, keep=tuple(Keep))
    with monkeypatch.context() as patched:
        patched.setenv("PYTHONPROFILEIMPORTTIME", "1")  # a line on standard error for every import
        worker = started(suite, tmp_path)
    state = until_ended(worker)
    assert [run.outcome for run in state.runs] == [Outcome.FINISHED] * len(Preset)
    assert not worker.folder.alive()
    kinds = [type(record.event) for record in read_events(worker.folder.run("batch-tuned").events)]
    assert kinds[:2] == [RunStarted, PhaseChanged]
    assert kinds[-4:] == [AnswersMarked, NormalizationShown, MisclassifiedFound, RunFinished]
    assert kinds.index(SamplesShown) < kinds.index(StepsDone)
    assert kinds.index(WatchedShown) < kinds.index(StepsDone)
    assert [kind for kind in kinds if kind in (WatchedAnswered, Evaluated)] == [
        WatchedAnswered,
        Evaluated,
    ] * 2
    for run in state.runs:
        assert run.answers is not None
        assert (run.answers.epoch, run.answers.images) == (2, 100)
        assert sum(run.answers.answers) == run.tests[-1].correct
        assert run.watched is not None
        assert run.watched == state.runs[0].watched
        for image, answer in zip(run.watched.images, run.watched_answers, strict=True):
            assert (answer.predicted_class == image.true_class) is run.answers.answers[image.index]
    assert {EnvironmentFound, DataLoaded, ModelSummarised, StepsDone, CheckpointSaved} <= set(kinds)
    assert kinds.count(EpochEnded) == kinds.count(Evaluated) == 2
    weights = weights_in(worker.folder.run("layer-reference").checkpoint)
    assert sum(w.numel() for w in weights.values()) == 146_008
    best, last = (
        torch.load(worker.folder.run("layer-reference").weights(keep), weights_only=True) for keep in Keep
    )
    assert all(torch.equal(last["weights"][name], weight) for name, weight in weights.items())
    tests = next(run for run in state.runs if run.name == "layer-reference").tests
    assert (last["epoch"], last["test_accuracy"]) == (2, tests[-1].accuracy)
    assert best["test_accuracy"] == max(test.accuracy for test in tests)
    imported = {line.rpartition("|")[2].strip() for line in worker.folder.stderr.read_text().splitlines()}
    assert "torch" in imported
    assert "torch._dynamo" not in imported


def test_pause_holds_resume_goes_on_and_a_stop_finishes_the_epoch_alone(
    tmp_path: Path,
) -> None:
    worker = started(small_suite(Norm.BATCH, Norm.GROUP, epochs=50, train=1_000), tmp_path)
    until(worker, training)
    worker.ask(Command.PAUSE)
    held = until(worker, lambda s: s.runs[0].phase is Phase.PAUSED).runs[0]
    time.sleep(0.5)  # a worker that did not hold would do several steps in it
    still = worker.poll().runs[0]
    assert (still.epoch, still.epoch_steps) == (held.epoch, held.epoch_steps)
    worker.ask(Command.RESUME)
    until(worker, lambda s: s.runs[0].phase is Phase.TRAIN)
    worker.ask(Command.STOP_AFTER_EPOCH)
    stopped, queued = until_ended(worker).runs
    epochs = len(stopped.epochs)
    assert stopped.end == RunStopped(reason="asked to stop")
    assert len(stopped.tests) == epochs >= 1
    assert stopped.checkpoint is not None
    assert (stopped.checkpoint.epoch, stopped.checkpoint.step) == (epochs + 1, 0)
    assert stopped.misclassified is not None
    assert stopped.answers is not None
    assert (stopped.answers.epoch, sum(stopped.answers.answers)) == (epochs, stopped.tests[-1].correct)
    assert queued.outcome is Outcome.WAITING


def test_a_killed_worker_is_told_as_lost_with_its_exit_code(tmp_path: Path) -> None:
    worker = started(small_suite(Norm.BATCH, Norm.GROUP, epochs=50), tmp_path)
    until(worker, lambda s: s.runs[0].started is not None)
    assert worker.folder.alive()
    with worker.folder.stderr.open("a") as stderr:
        stderr.write("last words\n")
    os.kill(worker.pid, signal.SIGKILL)
    lost, queued = until_ended(worker).runs
    assert isinstance(lost.end, RunLost)
    assert (lost.end.exit_code, lost.end.stderr_tail) == (-9, "last words")
    assert "(SIGKILL)" in lost.end.cause
    assert lost.end.cause.endswith("; last words")
    assert queued.outcome is Outcome.WAITING
    assert not worker.folder.alive()
    assert SuiteReader(worker.folder).poll().runs[0] == lost


def test_a_worker_that_cannot_even_start_is_told_as_lost(tmp_path: Path) -> None:
    worker = started(small_suite(Norm.BATCH), tmp_path)
    os.kill(worker.pid, signal.SIGKILL)
    assert until_ended(worker).runs[0].outcome is Outcome.LOST


def test_a_termination_is_a_stop_that_is_told(tmp_path: Path) -> None:
    worker = started(small_suite(Norm.BATCH, epochs=50, train=1_000), tmp_path)
    until(worker, training)
    os.kill(worker.pid, signal.SIGTERM)
    assert until_ended(worker).runs[0].end == RunStopped(reason="terminated")


def test_training_outlives_whoever_started_it(tmp_path: Path) -> None:
    program = (
        "import time; from pathlib import Path; from core.config.presets import Norm\n"
        "from tests.process.suites import small_suite, started\n"
        f"worker = started(small_suite(Norm.BATCH, epochs=2), Path({str(tmp_path)!r}))\n"
        "print(worker.folder.path, flush=True)\n"
        "time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        folder = SuiteFolder(Path(parent.stdout.readline().strip()))
        parent.kill()
    reader = SuiteReader(folder)
    wait_for(lambda: reader.poll().runs[0].outcome.ended, lambda: event_bytes(tmp_path))
    (run,) = reader.poll().runs
    assert run.outcome is Outcome.FINISHED
    assert len(run.tests) == 2


def test_a_disk_that_takes_no_more_is_told_all_the_same(tmp_path: Path) -> None:
    program = f"""
import os, resource, signal
from pathlib import Path
from core.config.presets import Norm
from core.runs.folder import create_suite
from core.supervisor.worker_process import WorkerProcess
from tests.patience import wait_for
from tests.process.suites import NOW, small_suite, until_ended
folder = create_suite(Path({str(tmp_path)!r}), small_suite(Norm.BATCH), NOW)
events = folder.run("batch").events
events.parent.mkdir()
events.write_text("{{}}\\n" * 100_000)  # 300 kB, and the limit leaves the worker 1 kB
resource.setrlimit(resource.RLIMIT_FSIZE, (301_000, 301_000))
worker = WorkerProcess.start(folder)
wait_for(lambda: "kept in memory" in folder.stderr.read_text())
os.kill(worker.pid, signal.SIGTERM)  # who is asked to end gives up at once, and not in a minute
(run,) = until_ended(worker).runs
print(run.outcome, run.end.exit_code, run.end.cause)
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    folder = next(tmp_path.glob("*/batch"))
    assert result.stdout.startswith("lost 1 its process exited without recording an end, exit code 1; ")
    assert f"; {folder}: cannot be written (File too large); the limit on the size of files" in result.stdout


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no priorities")
def test_a_worker_yields_to_whoever_watches_it(tmp_path: Path) -> None:
    worker = started(small_suite(Norm.BATCH, epochs=50), tmp_path)
    until(worker, lambda s: s.runs[0].started is not None)
    niceness = min(19, psutil.Process().nice() + 5)
    assert psutil.Process(worker.pid).nice() == niceness
    session = Path(f"/proc/{worker.pid}/autogroup")  # where Linux shares the processor among sessions first
    if os.access(session, os.W_OK):
        assert session.read_text().endswith(f" nice {niceness}\n")
        assert session.read_text() != Path("/proc/self/autogroup").read_text()
    worker.terminate(timeout=0.0)


def test_a_worker_killed_for_not_stopping_at_once_is_told_as_stopped(tmp_path: Path) -> None:
    worker = started(small_suite(Norm.BATCH, epochs=50), tmp_path)
    until(worker, lambda s: s.runs[0].phase is Phase.IMPORT)  # which looks at no orders
    worker.terminate(timeout=0.0)
    assert until_ended(worker).runs[0].end == RunStopped(reason="killed when asked to stop at once")


def ended_first_run(tmp_path: Path, end: RunFinished | RunStopped, program: str) -> WorkerProcess:
    """Return a worker whose first run has ended and whose process runs `program` instead of the second."""
    suite = small_suite(Norm.BATCH, Norm.GROUP)
    folder = create_suite(tmp_path, suite, NOW)
    with EventWriter(folder.run("batch").events) as log:
        log.write(RunStarted(run="batch", config=suite.runs[0], recipe=suite.runs[0].recipe, command="x"))
        log.write(end)
    log_suite(folder, RunsQueued(runs=("group",), commands=0), WorkerStarted(pid=1))
    with folder.stderr.open("wb") as stderr:
        process = subprocess.Popen([sys.executable, "-c", program], stderr=stderr)
        return WorkerProcess(folder, process)


def test_a_worker_that_dies_between_two_runs_is_told(tmp_path: Path) -> None:
    worker = ended_first_run(tmp_path, RunFinished(), "raise SystemExit('no more')")
    first, second = until_ended(worker).runs
    assert first.outcome is Outcome.FINISHED
    assert second.end == death_of(worker.folder, 1)
    assert "exit code 1; no more" in outcome_words(second)


def test_a_worker_killed_on_its_way_out_leaves_the_queue_as_it_is(tmp_path: Path) -> None:
    worker = ended_first_run(tmp_path, RunStopped(reason="terminated"), "import time; time.sleep(600)")
    worker.terminate(timeout=0.0)
    first, second = until_ended(worker).runs
    assert first.end == RunStopped(reason="terminated")
    assert second.outcome is Outcome.WAITING


def test_a_second_worker_leaves_what_has_finished_alone(tmp_path: Path) -> None:
    suite = small_suite(Norm.BATCH, Norm.GROUP)
    folder = create_suite(tmp_path, suite, NOW)
    with EventWriter(folder.run("batch").events) as log:
        log.write(RunStarted(run="batch", config=suite.runs[0], recipe=suite.runs[0].recipe, command="x"))
        log.write(RunFinished())
    # another dashboard's worker took the queue, and ended while this one waited for the lock
    log_suite(folder, RunsQueued(runs=("group",), commands=0), WorkerStarted(pid=1), WorkerEnded(exit_code=2))
    before = folder.run("batch").events.read_bytes()
    ended = subprocess.run([sys.executable, "-P", "-m", "core.worker", str(folder.path)], check=False)
    assert ended.returncode == 0
    assert folder.run("batch").events.read_bytes() == before
    assert not folder.run("group").events.exists()


def test_a_worker_beside_another_leaves_in_one_line(tmp_path: Path) -> None:
    folder = create_suite(tmp_path, small_suite(Norm.BATCH), NOW)
    command = [sys.executable, "-P", "-m", "core.worker", str(folder.path)]
    with folder.lock():
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (
        1,
        f"{folder.path}: another worker is at work; this one leaves\n",
    )
    assert not folder.log.exists()
