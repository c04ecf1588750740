"""Made-up runs that broke off, are under way, or saw numbers that are none."""

from dataclasses import replace

from core.config.presets import Norm
from core.runs.events import EpochEnded, MisclassifiedFound, Phase, PhaseChanged, UnknownEvent
from core.runs.image_identity import ImageIdentity
from core.runs.life_events import Fault, RunDiverged, RunFailed, RunFinished, RunLost, RunStarted, RunStopped
from core.runs.machine_events import EnvironmentFound
from core.runs.run_state import RunState
from tests.report.example_runs import DATA, RECIPE, config, epoch_events, model, opening_events, state


def waiting() -> RunState:
    return RunState("group")


def just_started() -> RunState:
    return state(opening_events(config(Norm.BATCH, seed=1))[:2])


def between_training_and_evaluation() -> RunState:
    first, second = epoch_events(Norm.BATCH, 1), epoch_events(Norm.BATCH, 2)
    return state(
        [*opening_events(config(Norm.BATCH, seed=2)), *first, second[0], PhaseChanged(phase=Phase.EVALUATE)]
    )


def stopped() -> RunState:
    epochs = [event for epoch in (1, 2, 3) for event in epoch_events(Norm.BATCH, epoch)]
    return state([*opening_events(config(Norm.BATCH, seed=3)), *epochs, RunStopped(reason="Ctrl-C")])


def diverged() -> RunState:
    """A run whose losses become NaN, and that then fails."""
    train, test = epoch_events(Norm.LAYER, 2)
    nan = float("nan")
    return state(
        [
            *opening_events(config(Norm.LAYER, seed=1)),
            *epoch_events(Norm.LAYER, 1),
            replace(train, loss=nan, last_loss=float("inf"), correct=5_000),
            replace(test, loss=nan, confusion=((1_000, *[0] * 9),) * 10),
            RunFailed(error="loss is | nan", fault=Fault.PROGRAM, traceback="Traceback:\n  ```\nValueError"),
        ],
        name="layer",
    )


def ended_by_its_loss() -> RunState:
    """A run that diverged in the middle of its third epoch."""
    epochs = [event for epoch in (1, 2) for event in epoch_events(Norm.GROUP, epoch)]
    steps = epochs[0].batches if isinstance(epochs[0], EpochEnded) else 0
    return state(
        [
            *opening_events(config(Norm.GROUP, seed=4)),
            *epochs,
            RunDiverged(epoch=3, step=steps // 2 - 1, loss=float("inf")),
        ],
        name="group",
    )


def lost() -> RunState:
    tail = "\x1b[31mloading *images*\x1b[0m\nKilled | by the system\n"
    return state(
        [*opening_events(config(Norm.LAYER, seed=2)), RunLost(exit_code=-9, stderr_tail=tail)], name="layer"
    )


def demo() -> RunState:
    """A finished run of two epochs on a few images of the demo set, without a mistake."""
    run = replace(config(Norm.GROUP), data="demo", epochs=2, limit_train=500, limit_test=100)
    tests = [replace(epoch_events(Norm.GROUP, epoch)[1], confusion=_all_right()) for epoch in (1, 2)]
    return state(
        [
            RunStarted(run="group", config=run, recipe=RECIPE, command="cifar-tui --headless --data demo"),
            EnvironmentFound(
                device="cuda", device_name="Example GPU", threads=8, versions={"torch": "2.12.0"}
            ),
            replace(
                DATA,
                label="demo shapes",
                source="demo",
                train_images=500,
                test_images=100,
                identity=ImageIdentity.OTHER,
                test_fingerprint="sha256:0f1e2d3c4b5a6978",
            ),
            model(Norm.GROUP),
            *(event for test in tests for event in (epoch_events(Norm.GROUP, test.epoch)[0], test)),
            UnknownEvent(kind="sang", line='{"v":9,"seq":8,"t":1.5,"kind":"sang"}'),
            MisclassifiedFound(images=()),
            RunFinished(),
        ],
        name="group",
    )


def partial_states() -> tuple[RunState, ...]:
    return (
        waiting(),
        just_started(),
        between_training_and_evaluation(),
        stopped(),
        diverged(),
        lost(),
        demo(),
    )


def _all_right() -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(10 if i == k else 0 for k in range(10)) for i in range(10))
