"""A run's state: everything known of it, and what follows from that at once.

`core.runs.run_reducer` makes it from the run's events; screens, the headless display and the report read
nothing else.
"""

from dataclasses import dataclass
from enum import StrEnum

from core.config.run_config import RunConfig
from core.runs.concurrency import SIDE_BY_SIDE
from core.runs.device_history import DeviceHistory
from core.runs.events import (
    CheckpointSaved,
    DataLoaded,
    DeviceSampled,
    EpochEnded,
    Evaluated,
    MisclassifiedFound,
    ModelSummarised,
    Phase,
)
from core.runs.evidence_events import (
    AnswersMarked,
    NormalizationShown,
    SamplesShown,
    WatchedAnswer,
    WatchedShown,
)
from core.runs.life_events import (
    RunDiverged,
    RunFailed,
    RunLengthened,
    RunLost,
    RunNotLengthened,
    RunRestarted,
    RunResumed,
    RunStarted,
    RunStopped,
)
from core.runs.loading import Loading
from core.runs.machine_events import ArithmeticChosen, EnvironmentFound
from core.runs.step_series import StepSeries


class Outcome(StrEnum):
    """How a run stands: not started, under way, or one of five ends."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    FAILED = "failed"
    LOST = "lost"

    @property
    def ended(self) -> bool:
        """Tell whether nothing more will come."""
        return self not in (Outcome.WAITING, Outcome.RUNNING)

    @property
    def can_be_retried(self) -> bool:
        """Tell whether the run ended before its last epoch."""
        return self.ended and self is not Outcome.FINISHED

    @property
    def is_bad(self) -> bool:
        """Tell whether the run ended by itself before its last epoch."""
        return self in (Outcome.DIVERGED, Outcome.FAILED, Outcome.LOST)


@dataclass(frozen=True, slots=True)
class EpochResult:
    """One epoch: how training went, and the test images after it (None until they are evaluated).

    `watched` is what the network then took each of the watched images for; empty where that is not told, and
    of epochs before the last two.
    """

    train: EpochEnded
    test: Evaluated | None = None
    watched: tuple[WatchedAnswer, ...] = ()

    @property
    def epoch(self) -> int:
        """The epoch's number, from 1."""
        return self.train.epoch

    @property
    def seconds(self) -> float:
        """How long the epoch took, its evaluation included."""
        return self.train.seconds + (self.test.seconds if self.test else 0.0)


End = RunStopped | RunDiverged | RunFailed | RunNotLengthened | RunLost
"""What a run's end tells beside its outcome."""


@dataclass(frozen=True, slots=True)
class RunState:
    """Everything known of a run.

    Times are Unix seconds, epochs count from 1, steps from 0 within an epoch. The phase under way began at
    `phase_at`, when `phase_step` steps of the epoch were done in `phase_seconds`; like `epoch_seconds`, these
    are seconds of training, up to the last step that was reported. Accuracies are shares, 0 to 1. `planned`
    is what the suite says the run is made from, where a suite was read. `stalled` says why nothing comes any
    more from a worker that lives: whoever watches it found that out, no event tells it; else it is empty. Of
    a run that was lost, `heard_at` is when it was last heard of. One that was resumed last went on at
    `went_on_at`; `stints` are when it was under way before, each from its beginning to its end, and `resumed`
    tells where it goes on, until it does. `lengthened` tells each time that it got more epochs than it had
    finished; `started` then has them all. `as_finished` is how it stood before that, until its next end: if
    it cannot go on it stands so again, and `end` tells why. `restarts` tells each time that it went back at
    half the rate. `note` is what a person noted of the run, as far as whoever reads its folder has looked for
    that; no event tells it.
    """

    name: str
    outcome: Outcome = Outcome.WAITING
    planned: RunConfig | None = None
    started: RunStarted | None = None
    started_at: float | None = None
    updated_at: float | None = None
    phase: Phase | None = None
    phase_at: float | None = None
    phase_step: int = 0
    phase_seconds: float = 0.0
    environment: EnvironmentFound | None = None
    arithmetic: ArithmeticChosen | None = None
    loading: Loading | None = None
    data: DataLoaded | None = None
    model: ModelSummarised | None = None
    epoch: int = 0
    epoch_steps: int = 0
    epoch_images: int = 0
    epoch_correct: int = 0
    epoch_seconds: float = 0.0
    step_losses: StepSeries = StepSeries()
    step_accuracies: StepSeries = StepSeries()
    epochs: tuple[EpochResult, ...] = ()
    device: DeviceSampled | None = None
    device_history: DeviceHistory = DeviceHistory()
    samples: SamplesShown | None = None
    watched: WatchedShown | None = None
    answers: AnswersMarked | None = None
    normalization: NormalizationShown | None = None
    misclassified: MisclassifiedFound | None = None
    checkpoint: CheckpointSaved | None = None
    notices: tuple[str, ...] = ()
    stalled: str = ""
    end: End | None = None
    heard_at: float | None = None
    went_on_at: float | None = None
    stints: tuple[tuple[float, float], ...] = ()
    resumed: RunResumed | None = None
    lengthened: tuple[RunLengthened, ...] = ()
    as_finished: "RunState | None" = None
    restarts: tuple[RunRestarted, ...] = ()
    note: str = ""

    @property
    def config(self) -> RunConfig | None:
        """What the run is made from: as it started, else as it is planned; None where neither is known."""
        return self.started.config if self.started else self.planned

    @property
    def side_by_side(self) -> bool:
        """Tell whether others trained beside it: its seconds are then of a machine that they shared."""
        return any(notice.startswith(SIDE_BY_SIDE) for notice in self.notices)

    @property
    def under_way(self) -> tuple[tuple[float, float], ...]:
        """From when to when the run has been under way since it last began or went on; empty before."""
        began_at = self.started_at if self.went_on_at is None else self.went_on_at
        heard_at = self.heard_at if self.outcome is Outcome.LOST else self.updated_at
        return () if began_at is None or heard_at is None else ((began_at, heard_at),)

    @property
    def class_count(self) -> int | None:
        """How many classes the images have; None until the run has told or tested them."""
        if self.data is not None:
            return len(self.data.classes)
        tests = self.tests
        return len(tests[-1].confusion) if tests else None

    @property
    def steps_an_epoch(self) -> int | None:
        """Batches in one epoch; None until the images are loaded."""
        if self.data is None or self.started is None:
            return None
        return -(-self.data.train_images // self.started.config.batch_size)

    @property
    def steps_done(self) -> int:
        """Steps of the whole run that were reported, of the epoch under way, too."""
        trained = [result.train for result in self.epochs]
        own = 0 if trained and trained[-1].epoch >= self.epoch else self.epoch_steps
        return sum(train.batches for train in trained) + own

    @property
    def steps_a_second(self) -> float | None:
        """How fast the epoch under way trains, pauses left out; None while it does not."""
        steps, seconds = self.timed_steps
        return steps / seconds if steps > 0 and seconds > 0 else None

    @property
    def timed_steps(self) -> tuple[int, float]:
        """The steps since the epoch under way last went on, and their seconds; zeros while it does not."""
        if self.stalled or self.phase is not Phase.TRAIN or self.phase_at is None or self.updated_at is None:
            return 0, 0.0
        return self.epoch_steps - self.phase_step, self.updated_at - self.phase_at

    @property
    def diverged_at(self) -> float | None:
        """The place of the loss that ended the run, in epochs from its begin; None where none did.

        The first epoch lies between 0 and 1; a test loss is at its end.
        """
        if not isinstance(self.end, RunDiverged) or self.outcome is not Outcome.DIVERGED:
            return None
        if self.end.step is None or not self.steps_an_epoch:
            return float(self.end.epoch)
        return self.end.epoch - 1 + (self.end.step + 1) / self.steps_an_epoch

    @property
    def tests(self) -> tuple[Evaluated, ...]:
        """What each evaluated epoch gave on the test images."""
        return tuple(result.test for result in self.epochs if result.test is not None)

    @property
    def watched_answers(self) -> tuple[WatchedAnswer, ...]:
        """What the network took each watched image for at the last look; empty before one."""
        return next((result.watched for result in reversed(self.epochs) if result.watched), ())

    @property
    def last_accuracy(self) -> float | None:
        """Test accuracy, 0 to 1, after the last evaluated epoch."""
        tests = self.tests
        return tests[-1].accuracy if tests else None

    @property
    def flip_averaged_accuracy(self) -> float | None:
        """Flip-averaged accuracy, 0 to 1, after the last evaluated epoch; None where it was not asked for."""
        return self.tests[-1].flip_averaged_accuracy if self.tests else None

    @property
    def best_accuracy(self) -> float | None:
        """The highest test accuracy, 0 to 1, of all epochs; chosen on the test images, so never a result."""
        return max((test.accuracy for test in self.tests), default=None)
