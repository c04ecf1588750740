"""Runs of a study whose results are given, for what judges them; nothing was trained."""

import base64
from collections.abc import Sequence
from dataclasses import replace

from core.config.presets import Norm
from core.results.labelled_runs import LabelledRun, label_runs
from core.runs.events import EpochEnded, Evaluated
from core.runs.evidence_events import AnswersMarked
from core.runs.run_state import EpochResult, Outcome, RunState
from tests.report.example_runs import DATA, config

IMAGES = 10_000


def ended(norm: Norm, accuracy: float, seed: int = 0, epochs: int = 1) -> RunState:
    """Return a finished run with the same `accuracy` after each of its `epochs`, and no answers."""
    results = tuple(_epoch(number, round(accuracy * IMAGES), IMAGES) for number in range(1, epochs + 1))
    planned = replace(config(norm, seed), epochs=epochs)
    return RunState(str(norm), Outcome.FINISHED, planned, data=DATA, epochs=results)


def answering(norm: Norm, right: Sequence[bool], seed: int = 0) -> RunState:
    """Return a finished run that had these test images right."""
    packed = bytes(
        sum(bit << 7 - place for place, bit in enumerate(right[start : start + 8]))
        for start in range(0, len(right), 8)
    )
    marked = AnswersMarked(epoch=1, images=len(right), right=base64.b64encode(packed).decode())
    run = ended(norm, 0.0, seed)
    return replace(run, epochs=(_epoch(1, sum(right), len(right)),), answers=marked)


def study(**accuracies: Sequence[float]) -> tuple[LabelledRun, ...]:
    """Return the finished runs of norms, an accuracy a seed from 0 on: `study(batch=(0.80, 0.81))`."""
    return label_runs(
        [
            ended(Norm(norm), accuracy, seed)
            for norm, of_norm in accuracies.items()
            for seed, accuracy in enumerate(of_norm)
        ]
    )


def _epoch(number: int, right: int, images: int) -> EpochResult:
    train = EpochEnded(
        epoch=number,
        loss=0.5,
        last_loss=0.5,
        correct=right,
        images=images,
        batches=391,
        learning_rate=0.01,
        seconds=10.0,
    )
    confusion = ((right, images - right), (0, 0))
    return EpochResult(train, Evaluated(epoch=number, loss=0.5, confusion=confusion, seconds=1.0))
