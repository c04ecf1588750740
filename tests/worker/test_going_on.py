from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.config.presets import Norm
from core.config.run_config import Rates, RunConfig
from core.runs.checkpoint_file import Checkpoint, write_checkpoint
from core.runs.event_codec import to_line
from core.runs.event_log import EventWriter, read_events
from core.runs.events import EpochEnded, Evaluated, Event, Notice, Phase, PhaseChanged, Record, StepsDone
from core.runs.evidence_events import WatchedAnswer, WatchedAnswered
from core.runs.folder import RunFolder
from core.runs.life_events import RunFinished, RunLengthened, RunResumed, RunStarted, RunStopped
from core.runs.run_reducer import replay
from core.runs.run_state import Outcome, RunState
from core.worker.going_on import Beginning, Told, beginning
from tests.report.example_runs import config
from tests.runs.origins import origin

_CONFIG = config(Norm.BATCH)
_STARTED = RunStarted(run="batch", config=_CONFIG, recipe=_CONFIG.recipe, command="cifar-tui")


def _epoch(number: int) -> Iterator[Told]:
    losses = tuple(number + step / 10 for step in range(4))
    yield StepsDone(epoch=number, first_step=0, losses=losses, correct=(1, 2, 3, 4), images=512)
    yield EpochEnded(
        epoch=number,
        loss=1 / number,
        last_loss=losses[-1],
        correct=10,
        images=512,
        batches=4,
        learning_rate=0.01,
        seconds=2.0,
    )
    answers = (WatchedAnswer(predicted_class=number % 2, confidence=1 / number),)
    yield WatchedAnswered(epoch=number, answers=answers)
    yield Evaluated(epoch=number, loss=1.5 / number, confusion=((number, 1), (2, 3)), seconds=0.5)


def _events(epochs: int) -> Iterator[Event]:
    yield _STARTED
    for number in range(1, epochs + 1):
        yield PhaseChanged(phase=Phase.TRAIN)
        yield from _epoch(number)


def _written(tmp_path: Path, *events: Event) -> RunFolder:
    folder = RunFolder(tmp_path / "batch")
    with EventWriter(folder.events) as log:
        for event in events:
            log.write(event)
    return folder


def _saved(folder: RunFolder, epoch: int, step: int = 0, config: RunConfig = _CONFIG) -> None:
    """Leave a checkpoint of so many steps of `epoch`."""
    history = (event for number in range(1, epoch) for event in _epoch(number))
    lines = tuple(to_line(Record(0, 0.0, event)) for event in history)
    checkpoint = Checkpoint(
        origin=origin(config), epoch=epoch, step=step, seconds=1.0, history=lines, state=b""
    )
    write_checkpoint(folder.checkpoint, checkpoint, lambda _size: None)


def _begin(folder: RunFolder, *, fresh: bool = False) -> Beginning:
    return beginning("batch", _CONFIG, folder, "cifar-tui resume", fresh=fresh)


def _gone_on(folder: RunFolder) -> RunState:
    begins = _begin(folder)
    with EventWriter(folder.events) as log:
        for event in begins.events:
            log.write(event)
    return replay("batch", read_events(folder.events))


def test_without_a_checkpoint_a_run_begins(tmp_path: Path) -> None:
    folder = _written(tmp_path)
    begins = _begin(folder)
    assert (begins.checkpoint, [type(event) for event in begins.events]) == (None, [RunStarted])


def test_a_run_goes_on_where_its_checkpoint_is(tmp_path: Path) -> None:
    later = (PhaseChanged(phase=Phase.TRAIN), next(_epoch(3)), RunStopped(reason="terminated"))
    folder = _written(tmp_path, *_events(2), *later)
    _saved(folder, epoch=3, step=2)
    resumed = RunResumed(epoch=3, training_epoch=3, step=2, seconds=1.0, command="cifar-tui resume")
    assert _begin(folder).events == (resumed,)
    state = _gone_on(folder)
    assert (state.outcome, state.end, state.epoch_steps, state.resumed) == (
        Outcome.RUNNING,
        None,
        0,
        resumed,
    )
    assert [result.epoch for result in state.epochs] == [1, 2]
    assert len(state.step_losses.points) == 8


def test_to_be_fresh_it_begins_anew_and_leaves_no_other_life_s_checkpoint(tmp_path: Path) -> None:
    folder = _written(tmp_path, *_events(2))
    _saved(folder, epoch=3)
    assert [type(event) for event in _begin(folder, fresh=True).events] == [RunStarted]
    assert not folder.checkpoint.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04", "is no checkpoint of this version of cifar-tui"),
        (b'{"format": 1}\n', "is of another version of cifar-tui"),
    ],
)
def test_what_is_no_checkpoint_is_told_and_the_run_begins_anew(
    tmp_path: Path, content: bytes, told: str
) -> None:
    folder = _written(tmp_path, *_events(2))
    folder.checkpoint.write_bytes(content)
    assert _begin(folder).events[1:] == (Notice(text=f"checkpoint.pt {told}; the run begins anew"),)


def test_with_more_epochs_than_it_had_a_run_goes_on_only_where_the_schedule_is_the_same(
    tmp_path: Path,
) -> None:
    folder = _written(tmp_path, *_events(2))
    _saved(folder, epoch=3)
    begins = beginning("batch", replace(_CONFIG, epochs=30), folder, "cifar-tui resume", fresh=False)
    assert begins.events[1:] == (Notice(text="checkpoint.pt is of other settings; the run begins anew"),)
    constant = replace(_CONFIG, schedule=Rates.CONSTANT)
    longer = replace(constant, epochs=30)
    _saved(folder, epoch=3, config=constant)
    begins = beginning("batch", longer, folder, "cifar-tui resume", fresh=False)
    assert begins.events[0] == RunLengthened(planned=20, epochs=30)
    assert begins.checkpoint is not None
    assert begins.checkpoint.origin == origin(longer)
    shorter = beginning("batch", replace(constant, epochs=10), folder, "cifar-tui resume", fresh=False)
    assert shorter.checkpoint is None


def test_whatever_the_event_file_has_lost_is_told_again_and_nothing_twice(tmp_path: Path) -> None:
    folder = _written(tmp_path, *_events(3))
    _saved(folder, epoch=4)
    whole = folder.events.read_bytes()
    expected = replay("batch", read_events(folder.events))
    for cut in range(min(1_024, len(whole)) + 1):
        folder.events.write_bytes(whole[: len(whole) - cut])
        state = _gone_on(folder)
        assert state.epochs == expected.epochs, cut
        assert state.step_losses == expected.step_losses, cut
        assert state.outcome is Outcome.RUNNING


def test_an_event_file_that_is_gone_is_told_again_as_far_as_it_is_known(tmp_path: Path) -> None:
    folder = _written(tmp_path)
    _saved(folder, epoch=3)
    folder.events.unlink()
    state = _gone_on(folder)
    assert state.started == RunStarted(
        run="batch", config=_CONFIG, recipe=_CONFIG.recipe, command="cifar-tui resume"
    )
    assert [(r.epoch, r.watched[0].predicted_class) for r in state.epochs] == [(1, 1), (2, 0)]


def test_a_checkpoint_of_another_recipe_is_not_gone_on_with(tmp_path: Path) -> None:
    folder = _written(tmp_path, *_events(2))
    edited = _CONFIG.having({"dropout": 0.1})
    _saved(folder, epoch=3, config=edited)
    told = "checkpoint.pt is of other settings; the run begins anew"
    assert _begin(folder).events[1:] == (Notice(text=told),)
    assert beginning("batch", edited, folder, "cifar-tui", fresh=False).checkpoint is not None


def test_only_a_finished_run_that_is_to_have_more_epochs_can_be_as_before(tmp_path: Path) -> None:
    folder = _written(tmp_path, *_events(2), RunFinished())
    _saved(folder, epoch=3)
    assert _begin(folder).finished is None
