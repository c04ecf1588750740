import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.config.grid import Grid
from core.config.presets import Norm
from core.runs.event_codec import to_line
from core.runs.event_digest import EventDigest, digest
from core.runs.event_log import read_events
from core.runs.events import DataProgressed, Event, Notice, Record, StepsDone
from core.runs.life_events import (
    Fault,
    RunFailed,
    RunFinished,
    RunLengthened,
    RunLost,
    RunRestarted,
    RunResumed,
    RunStopped,
)
from core.runs.run_reducer import replay
from tests.report.example_runs import config, epoch_events, finished_events, opening_events

if TYPE_CHECKING:
    from core.runs.run_state import RunState

BATCH = config(Norm.BATCH)
AGAIN = opening_events(config(Norm.BATCH, seed=7))
STEPS = StepsDone(epoch=1, first_step=0, losses=(2.0, float("nan")), correct=(1, 2), images=256)
RESTARTED = RunRestarted(epoch=2, step=None, loss=9e9, times=1, learning_rate=0.5)
FAILED = RunFailed(error='"kind":"run_finished" is no line', fault=Fault.PROGRAM, traceback="")
STOPPED = RunStopped(reason="asked to stop")
TWO_EPOCHS = [*AGAIN, *epoch_events(Norm.BATCH, 1), *epoch_events(Norm.BATCH, 2)]


def resumed(epoch: int) -> RunResumed:
    return RunResumed(epoch=epoch, training_epoch=epoch, step=0, seconds=0.0, command="cifar-tui")


FILES: dict[str, Sequence[Event]] = {
    "finished": finished_events(BATCH, epochs=3),
    "waiting for images": AGAIN[:2] + [DataProgressed(what="images", done=i, total=9) for i in range(9)],
    "training": [*AGAIN, STEPS],
    "trained, not evaluated": [*AGAIN, STEPS, epoch_events(Norm.BATCH, 1)[0]],
    "stopped": [*AGAIN, *epoch_events(Norm.BATCH, 1), RunStopped(reason="asked to stop")],
    "failed early": [*AGAIN[:2], FAILED],
    "lost after its end": [*AGAIN, RunFinished(), RunLost(exit_code=-9, stderr_tail="")],
    "started over": [*finished_events(BATCH, epochs=3), *AGAIN, STEPS],
    "started over and failed": [*finished_events(BATCH, epochs=3), *AGAIN[:1], FAILED],
    "gone on": [*TWO_EPOCHS, STOPPED, resumed(3), STEPS],
    "gone on before what it had told": [*TWO_EPOCHS, STOPPED, resumed(2)],
    "gone on twice": [*TWO_EPOCHS, STOPPED, resumed(2), *epoch_events(Norm.BATCH, 2), STOPPED, resumed(3)],
    "gone on and stopped": [*TWO_EPOCHS, STOPPED, resumed(1), STOPPED],
    "begun an epoch again": [*TWO_EPOCHS, RESTARTED, STEPS],
    "trained longer": [*finished_events(BATCH), RunLengthened(planned=20, epochs=30), resumed(21), STOPPED],
    "started over, then gone on": [*finished_events(BATCH, epochs=3), *AGAIN, STOPPED, resumed(1)],
    "gone on without its first line": [*TWO_EPOCHS[1:], STOPPED, resumed(2)],
    "without its first line": finished_events(BATCH, epochs=1)[1:],
    "a note alone": [Notice(text="hello")],
}


def written(events: Sequence[Event]) -> bytes:
    return "".join(to_line(Record(i, 1e9 + i, event)) for i, event in enumerate(events)).encode()


def replayed(content: bytes, file: Path) -> EventDigest:
    file.write_bytes(content)
    state: RunState = replay("batch", read_events(file))
    return EventDigest(
        started=state.started,
        outcome=state.outcome,
        data=state.data.label if state.data else None,
        device_name=state.environment.device_name if state.environment else "",
        epochs_evaluated=len(state.tests),
        images=sum(result.train.images for result in state.epochs if result.test),
        evaluated_seconds=sum(result.seconds for result in state.epochs if result.test),
        last_accuracy=state.last_accuracy,
        best_accuracy=state.best_accuracy,
        seconds=sum(epoch.seconds for epoch in state.epochs) if state.epochs else None,
        started_at=state.started_at,
        updated_at=state.updated_at,
    )


@pytest.mark.parametrize("name", FILES)
def test_a_digest_says_what_a_replay_does(name: str, tmp_path: Path) -> None:
    content = written(FILES[name])
    assert digest(io.BytesIO(content)) == replayed(content, tmp_path / "events.jsonl")


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_another_tool_wrote_again_with_blanks_says_the_same(name: str, tmp_path: Path) -> None:
    content = written(FILES[name])
    again = b"".join(json.dumps(json.loads(line)).encode() + b"\n" for line in content.splitlines())
    assert again != content
    assert (
        digest(io.BytesIO(again)) == digest(io.BytesIO(content)) == replayed(again, tmp_path / "events.jsonl")
    )


@pytest.mark.parametrize("norm", list(Norm))
def test_every_norm_is_told_as_it_is(norm: Norm, tmp_path: Path) -> None:
    (run,) = Grid(BATCH, (norm,)).runs()
    content = written(finished_events(run))
    found = digest(io.BytesIO(content))
    assert found == replayed(content, tmp_path / "events.jsonl")
    assert found.started is not None
    assert (found.started.config, found.data, found.epochs_evaluated) == (run, "CIFAR-10 (JPEG)", 20)


def test_a_file_is_understood_wherever_its_writer_died(tmp_path: Path) -> None:
    content = written(FILES["started over"])
    ends = [i + 1 for i, byte in enumerate(content) if byte == ord("\n")]
    for end in [0, *ends, *(end - 3 for end in ends)]:
        assert digest(io.BytesIO(content[:end])) == replayed(content[:end], tmp_path / "events.jsonl"), end


@pytest.mark.parametrize(
    "damage", [b"\n\n", b"\xff\xfe\n", b'"kind":"evaluated"\n', b'{"kind":"run_started"}\n']
)
def test_lines_that_cannot_be_read_count_for_nothing(damage: bytes, tmp_path: Path) -> None:
    lines = written(FILES["started over"]).splitlines(keepends=True)
    for place in range(0, len(lines) + 1, 3):
        content = b"".join([*lines[:place], damage, *lines[place:]])
        assert digest(io.BytesIO(content)) == replayed(content, tmp_path / "events.jsonl"), place
