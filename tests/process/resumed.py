"""Runs that were broken off and went on, and what they must come to: the same as one that never was."""

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from core.runs.event_log import read_events
from core.runs.events import EpochEnded, Evaluated, MisclassifiedFound, StepsDone
from core.runs.evidence_events import AnswersMarked, NormalizationShown, WatchedAnswered, WatchedShown
from core.runs.folder import RunFolder, SuiteFolder
from core.runs.life_events import RunRestarted, RunResumed, RunStarted
from core.runs.run_state import Outcome
from core.supervisor.worker_process import WorkerProcess
from tests.bench.weights import weights_in
from tests.process.suites import until_ended


@dataclass(frozen=True)
class Told:
    """All that a run has told but its times, epoch by epoch, and what it ended with."""

    steps: dict[int, list[tuple[float, int]]]
    epochs: dict[int, tuple[object, ...]]
    findings: tuple[object, ...]
    weights: dict[str, list[float]]


def told(folder: RunFolder) -> Told:
    """Read what a finished run has told, as a reader understands it who leaves out what was taken back."""
    steps: dict[int, list[tuple[float, int]]] = {}
    epochs: dict[int, tuple[object, ...]] = {}
    findings: dict[type[object], object] = {}
    for record in read_events(folder.events):
        match record.event:
            case RunStarted():
                steps, epochs = {}, {}
            case RunResumed(epoch=first) | RunRestarted(epoch=first):
                steps = {epoch: own for epoch, own in steps.items() if epoch < first}
                epochs = {epoch: own for epoch, own in epochs.items() if epoch < first}
            case StepsDone() as done:
                assert done.first_step == len(steps.get(done.epoch, ()))
                steps.setdefault(done.epoch, []).extend(zip(done.losses, done.correct, strict=True))
            case EpochEnded() as end:
                assert end.epoch not in epochs, "an epoch was told twice"
                figures = (end.loss, end.last_loss, end.correct, end.images, end.batches, end.learning_rate)
                epochs[end.epoch] = (*figures, end.norms)
            case WatchedAnswered() as watched:
                epochs[watched.epoch] += watched.answers
            case Evaluated() as test:
                epochs[test.epoch] += (test.loss, test.confusion, test.flip_averaged_correct)
            case WatchedShown() | AnswersMarked() | NormalizationShown() | MisclassifiedFound() as finding:
                findings[type(finding)] = finding
    weights = {name: _exact(weight) for name, weight in weights_in(folder.checkpoint).items()}
    return Told(steps, epochs, tuple(findings.values()), weights)


def _exact(weight: torch.Tensor) -> list[float]:
    return weight.double().flatten().tolist()


def go_on(folder: SuiteFolder, runs: Sequence[str]) -> WorkerProcess:
    """Start a worker that goes on with `runs`."""
    return WorkerProcess.start(folder, runs)


def unfinished(worker: WorkerProcess) -> list[str]:
    """Name the runs that have not finished."""
    return [run.name for run in worker.poll().runs if run.outcome is not Outcome.FINISHED]


def finish(folder: SuiteFolder, runs: Sequence[str]) -> None:
    """Go on with `runs` until all have finished."""
    state = until_ended(go_on(folder, runs))
    ends = {run.name: run.end for run in state.runs if run.name in runs}
    assert all(run.outcome is Outcome.FINISHED for run in state.runs if run.name in runs), ends


def kill(worker: WorkerProcess) -> None:
    """Kill a worker, and record its end."""
    os.kill(worker.pid, signal.SIGKILL)
    until_ended(worker)


def times_resumed(events: Path) -> int:
    """Count how often a run went on."""
    return sum(isinstance(record.event, RunResumed) for record in read_events(events))
