"""One run from its first weights to its last event."""

import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import partial

import psutil
import torch

from core.config.run_config import OnDivergence, RunConfig
from core.runs.checkpoint_file import Checkpoint
from core.runs.events import DeviceSampled, Emit, Phase, PhaseChanged, StoodStill
from core.runs.life_events import RunRestarted
from core.training.divergence import MOST_RESTARTS, Diverged, check_loss
from core.training.evaluate import Evaluation
from core.training.network.own_network import OwnNetwork
from core.training.samples import show_samples
from core.training.setup import PreparedRun, RunSpec, introduce_network, prepare_run
from core.training.watched import show_watched
from core.worker.awake_clock import AwakeClock
from core.worker.checkpoints import Checkpoints, origin_of
from core.worker.orders import Ended, Orders
from core.worker.session import Session

_SAMPLE_SECONDS = 2.0


def train_run(
    config: RunConfig,
    session: Session,
    orders: Orders,
    checkpoints: Checkpoints,
    *,
    clock: AwakeClock,
    going_on: Checkpoint | None = None,
    beside: Callable[[], int] = lambda: 0,
) -> None:
    """Train and evaluate every epoch, from `going_on` where that is given, and save what is to be kept.

    `clock` times it, and an event tells of its standstills. `beside` tells how many other runs train at the
    moment, to share the processor with.

    Raises:
        Diverged: a loss is beyond recovery, and the run is not to go back, or has too often.
        Ended: somebody asked the run to end early; after a whole epoch its last findings are emitted first.
        InputError: the run cannot go on as it began, or the user's network cannot be used.
        OwnForwardError: the user's network failed.
    """
    emit = checkpoints.emit
    shape = session.images.shape
    own = introduce_network(config.norm, config.recipe, OwnNetwork.of(config), emit, shape)
    sampler = _Sampler(session.device, emit)
    known = clock.standstill

    def poll_commands() -> float:
        sampler.sample()
        nonlocal known
        if (stood := clock.standstill) != known:
            emit(StoodStill(seconds=stood.seconds - known.seconds, until=stood.until))
            known = stood
        paused = orders.poll_commands()
        checkpoints.save_if_due()
        return paused

    spec = RunSpec.of(config, session.images, session.device, own)
    run = prepare_run(
        spec,
        threads=lambda: max(1, session.environment.threads // (1 + beside())),
        emit=emit,
        poll_commands=poll_commands,
        clock=clock,
    )
    emit(show_samples(spec.train_images, spec.recipe, seed=spec.seed, epochs=spec.epochs))
    emit(show_watched(spec.test_images, run.watched))
    epoch = checkpoints.begin(run, origin_of(config, session, run), going_on)
    restarts = config.on_divergence is OnDivergence.RESTART
    train_epoch = partial(train_or_restart if restarts else _train_epoch, run, checkpoints)
    evaluation = None
    try:
        for number in range(epoch + 1, config.epochs + 1):
            if orders.stop_after_epoch:
                break
            evaluation = train_epoch(number)
        checkpoints.save_in_the_end(orders.poll_commands)
    except Ended:
        with suppress(Diverged) if restarts else nullcontext():  # it will be found again, and gone back on
            checkpoints.save()
        raise
    if evaluation is None and epoch and (going_on is None or going_on.step == 0):
        evaluation = run.evaluate(epoch)  # its figures are known; what there is to show may not be
    if evaluation is not None:
        for finding in run.findings(evaluation):
            emit(finding)
    if evaluation is None or evaluation.figures.epoch < config.epochs:
        raise Ended("asked to stop", suite=True)


def train_or_restart(run: PreparedRun, checkpoints: Checkpoints, epoch: int) -> Evaluation:
    """Train and evaluate `epoch`; go back to its beginning at half the rate where a loss is beyond recovery.

    Its beginning, not the newest checkpoint: when that was made is the clock's affair, and the same run is to
    give the same bits.

    Raises:
        Diverged: a loss is beyond recovery after `MOST_RESTARTS` restarts.
    """
    run.trainer.keep_start()
    while True:
        try:
            return _train_epoch(run, checkpoints, epoch)
        except Diverged as found:
            if run.trainer.restarts >= MOST_RESTARTS:
                raise
            run.trainer.restart()
            event = RunRestarted(
                epoch=epoch,
                step=found.step,
                loss=found.loss,
                times=run.trainer.restarts,
                learning_rate=run.trainer.peak_learning_rate,
            )
            checkpoints.emit(event)
            checkpoints.save()


def _train_epoch(run: PreparedRun, checkpoints: Checkpoints, epoch: int) -> Evaluation:
    """Train and evaluate `epoch`, and save what is to be kept of it."""
    checkpoints.emit(PhaseChanged(phase=Phase.TRAIN))
    checkpoints.emit(run.train_epoch(epoch))
    checkpoints.emit(PhaseChanged(phase=Phase.EVALUATE))
    evaluation = run.evaluate(epoch)
    checkpoints.emit(run.watched_answers(evaluation))
    checkpoints.emit(evaluation.figures)
    check_loss(evaluation.figures.loss, epoch)
    checkpoints.save_epoch(evaluation.figures)
    return evaluation


class _Sampler:
    """Emits what the process takes, every few seconds at most."""

    def __init__(self, device: torch.device, emit: Emit) -> None:
        self._device = device
        self._emit = emit
        self._process = psutil.Process()
        self._process.cpu_percent()  # the first call only begins the interval the next one measures
        self._sampled = time.monotonic()

    def sample(self) -> None:
        if time.monotonic() - self._sampled < _SAMPLE_SECONDS:
            return
        self._sampled = time.monotonic()
        device_bytes, device_total_bytes, device_load = _device_use(self._device)
        self._emit(
            DeviceSampled(
                resident_bytes=self._process.memory_info().rss,
                cpu_load=self._process.cpu_percent() / 100,
                device_bytes=device_bytes,
                device_total_bytes=device_total_bytes,
                device_load=device_load,
            )
        )


def _device_use(device: torch.device) -> tuple[int | None, int | None, float | None]:
    """Return the bytes we hold on `device`, the bytes it has, and its load, 0 to 1; None where unknown."""
    match device.type:
        case "cuda":
            total = torch.cuda.get_device_properties(device).total_memory
            return torch.cuda.memory_allocated(device), total, _cuda_load(device)
        case "mps":
            return torch.mps.current_allocated_memory(), torch.mps.recommended_max_memory(), None
        case _:
            return None, None, None


def _cuda_load(device: torch.device) -> float | None:
    try:
        return torch.cuda.utilization(device) / 100
    except Exception:  # noqa: BLE001 - needs nvidia-ml-py, which has errors of its own; training goes on without
        return None
