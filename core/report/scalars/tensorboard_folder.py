"""Scalars as TensorBoard reads them: a folder a run, with its images, texts and hyperparameters.

Values are single precision: TensorBoard's own server shows nothing of a scalar in double precision.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Final

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

from core.report.presentable import Standpoint, presentable
from core.report.scalars.recorded_run import RecordedRun
from core.report.scalars.scalar import Scalar
from core.report.scalars.tensorboard_hparams import experiment, session
from core.report.scalars.tensorboard_media import images, texts
from core.report.scalars.told_scalars import told_scalars
from core.runs.run_state import RunState

_FILE_VERSION: Final = "brain.Event:2"


def write_tensorboard(runs: Sequence[RecordedRun], folder: Path) -> None:
    """Make `folder`: what compares the runs at its top, and a folder for each.

    Raises:
        OSError: the disk is full, or the like.
    """
    folder.mkdir()
    states = presentable([run.state for run in runs], Standpoint.here())
    began = min((state.started_at or 0.0 for state in states), default=0.0)
    _write(folder, began, [Event(wall_time=began, summary=experiment(states))])
    for run, state in zip(runs, states, strict=True):
        place = folder / run.name
        place.mkdir()
        _write(place, state.started_at or 0.0, _events(run, state))


def _write(folder: Path, began: float, events: Iterable[Event]) -> None:
    """Write the one file of a folder; its name has the word by which TensorBoard knows it."""
    file = (folder / f"events.out.tfevents.{began:.0f}.cifar-tui").open("wb")
    with closing(RecordWriter(file)) as writer:
        writer.write(Event(wall_time=began, file_version=_FILE_VERSION).SerializeToString())
        for event in events:
            writer.write(event.SerializeToString())


def _events(run: RecordedRun, state: RunState) -> Iterable[Event]:
    began, heard = state.started_at or 0.0, state.updated_at or 0.0
    last_step = sum(result.train.batches for result in state.epochs)
    if state.started is not None:
        for summary in (session(state), *texts(state)):
            yield Event(wall_time=began, summary=summary)
    for place in groupby(told_scalars(run), key=lambda scalar: (scalar.wall_time, scalar.step)):
        yield _together(*place)
    for summary in images(state):
        yield Event(wall_time=heard, step=last_step, summary=summary)


def _together(place: tuple[float, int], scalars: Iterable[Scalar]) -> Event:
    """Return numbers of one time and one step as one event."""
    time, step = place
    values = (Summary.Value(tag=scalar.tag, simple_value=scalar.value) for scalar in scalars)
    return Event(wall_time=time, step=step, summary=Summary(value=values))
