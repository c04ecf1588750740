"""The training loop of one run: batches in, events out; no value is read from the device in a step."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import torch
from torch import Tensor, nn

from core.config.presets import Recipe
from core.environment import plain_path
from core.runs.events import Emit, EpochEnded, Notice, Phase, PhaseChanged
from core.training.batches import TrainingImages
from core.training.cuda_graph import CudaCapture, UntilOneFails
from core.training.hooks import Clock, PollCommands
from core.training.network.dropout_masks import mask_generator, share_masks
from core.training.network.own_forward import OwnForward
from core.training.norm_gauge import NormGauge
from core.training.optim.schedule import lr_factor
from core.training.optimizer import RecipeOptimizer
from core.training.step_metrics import READBACK, StepMetrics
from core.training.train_step import Capture, EagerSteps, Forward, GraphedSteps, Steps
from core.training.training_state import TrainingState

_REPORT_SECONDS: Final = 0.25


class Trainer:
    """Trains one network on `images`, an epoch a call, `epochs` in all.

    `poll_commands` is called between steps, a few times a second. `forward` computes what the network would,
    in training, where that is faster.
    """

    def __init__(  # noqa: PLR0913 - the parts of a run, each by its name
        self,
        network: nn.Module,
        images: TrainingImages,
        recipe: Recipe,
        epochs: int,
        *,
        emit: Emit,
        poll_commands: PollCommands,
        clock: Clock,
        forward: Forward | None = None,
    ) -> None:
        self._images = images
        self._recipe = recipe
        self._epochs = epochs
        self._emit = emit
        self._poll_commands = poll_commands
        self._clock = clock
        self._network = network
        self._optimizer = RecipeOptimizer(network.train(), recipe)
        self._steps, self._mask_generator = fastest_steps(
            network, forward or network, images, self._optimizer, emit=emit
        )
        self._gauge = NormGauge(network)
        self._going_on = False
        self._restarts = 0
        self._start: Tensor | None = None
        self._norms: Tensor | None = None
        self._begin(1)

    def train_epoch(self, epoch: int) -> EpochEnded:
        """Train epoch `epoch` (from 1), emitting its steps in ranges as they are done, and sum it up.

        After `go_on` with a state within this epoch its steps are emitted again, and not taken again.

        Raises:
            Diverged: a step's loss is beyond recovery.
        """
        if not self._going_on:
            self._begin(epoch)
        self._going_on = False
        lr_factors = self._lr_factors(epoch)
        metrics, watch = self._metrics, self._watch
        reported = watch.start()
        for size in self._steps.epoch(lr_factors, metrics.steps):
            self._has_stepped = True
            if metrics.add(size) and self._clock() - reported >= _REPORT_SECONDS:
                metrics.report()
                watch.leave_out(self._poll_commands())
                reported = self._clock()
        metrics.finish()
        watch.stop()
        return EpochEnded(
            epoch=epoch,
            loss=metrics.loss_sum / metrics.images,
            last_loss=metrics.last_loss,
            correct=metrics.correct,
            images=metrics.images,
            batches=len(lr_factors),
            learning_rate=self._recipe.learning_rate * lr_factors[-1],
            seconds=watch.seconds,
            norms=self._gauge.told(self._measured_norms()),
        )

    def state(self, *, evaluated: bool) -> TrainingState:
        """Return how training stands between two steps, after waiting for those that were launched.

        With `evaluated` the epoch is over, and the state is the next one's beginning.
        """
        self._metrics.finish()
        step = 0 if evaluated else self._metrics.steps
        return TrainingState(
            epoch=self._epoch + evaluated,
            step=step,
            seconds=0.0 if evaluated else self._watch.seconds,
            metrics=self._steps.metrics[:step],
            weights=self._network.state_dict(),
            momenta=self._optimizer.momenta(),
            order=self._images.drawn_from(next_epoch=evaluated),
            dropout=None if self._mask_generator is None else self._mask_generator.get_state(),
            restarts=self._restarts,
            start=None if evaluated else self._start,
            norms=None if evaluated else self._measured_norms(),
            scale=self.scale,
        )

    def keep_start(self) -> None:
        """Note how training stands before an epoch, so that it can be taken again."""
        within = self._going_on and self._metrics.steps  # then the state has brought its epoch's start
        if not within:
            self._start = None
            content = self.state(evaluated=self._metrics.steps > 0).to_bytes()
            self._start = torch.frombuffer(bytearray(content), dtype=torch.uint8)

    @property
    def scale(self) -> Tensor:
        """What turns bytes into the network's input: mean and standard deviation of each channel, [2, 3]."""
        return self._images.scale

    @property
    def restarts(self) -> int:
        """How often the rate was halved."""
        return self._restarts

    @property
    def peak_learning_rate(self) -> float:
        """The recipe's peak rate as it is now."""
        return self._recipe.learning_rate * 0.5**self._restarts

    def restart(self) -> None:
        """Go back to where `keep_start` was called last, at half the rate."""
        if self._start is None:
            raise RuntimeError("nothing to go back to was kept")
        start, restarts = self._start, self._restarts + 1
        self.go_on(replace(TrainingState.from_bytes(bytes(start.numpy())), restarts=restarts, start=start))

    @torch.no_grad()
    def go_on(self, state: TrainingState) -> None:
        """Make the network, the optimizer and all that is drawn at random what they were in `state`.

        Raises:
            ValueError: it is of another network, other images or another recipe.
        """
        momenta = self._optimizer.momenta()
        dropout = self._mask_generator
        of_another = momenta.keys() ^ state.momenta.keys() or (dropout is None) != (state.dropout is None)
        if of_another or state.step > self._images.steps_per_epoch or len(state.metrics) != state.step:
            raise ValueError("the state of another training")
        try:
            self._network.load_state_dict(state.weights)
            for name, momentum in momenta.items():
                momentum.copy_(state.momenta[name])
            self._images.draw_from(state.order)
            if dropout is not None and state.dropout is not None:
                dropout.set_state(state.dropout)
            self._steps.metrics[: state.step] = state.metrics.to(self._steps.metrics.device)
        except (RuntimeError, TypeError) as error:
            raise ValueError("the state of another training") from error
        self._restarts, self._start = state.restarts, state.start
        self._begin(state.epoch, state.seconds)
        self._norms = state.norms
        for size in self._images.batch_sizes[: state.step]:
            self._metrics.add(size)
        self._going_on = True

    def _begin(self, epoch: int, seconds: float = 0.0) -> None:
        """Turn to an epoch, on which `seconds` were spent before."""
        self._epoch = epoch
        self._metrics = StepMetrics(
            epoch, self._steps.metrics, READBACK[self._images.device.type], self._emit
        )
        self._watch = Stopwatch(self._clock, seconds)
        self._has_stepped = False
        self._norms = None

    def _measured_norms(self) -> Tensor | None:
        """Return the norms after the epoch's last step; None before it, and where it was taken elsewhere."""
        over = self._metrics.steps == self._images.steps_per_epoch
        if self._norms is None and over and self._has_stepped:
            self._norms = self._gauge.measure()
        return self._norms

    def _lr_factors(self, epoch: int) -> list[float]:
        """Return the fraction of the peak learning rate for each step of an epoch."""
        steps = self._images.steps_per_epoch
        done = range((epoch - 1) * steps, epoch * steps)
        halved = 0.5**self._restarts
        return [halved * lr_factor(self._recipe, step, steps * self._epochs) for step in done]


class Stopwatch:
    """Measures the seconds an epoch trains, of which `seconds` were spent before."""

    def __init__(self, clock: Clock, seconds: float = 0.0) -> None:
        self._clock = clock
        self._spent = seconds
        self._began: float | None = None

    @property
    def seconds(self) -> float:
        """The seconds until now, or until it was stopped."""
        return self._spent + (0.0 if self._began is None else self._clock() - self._began)

    def start(self) -> float:
        """Measure from now on, and return what the clock shows."""
        self._began = self._clock()
        return self._began

    def leave_out(self, seconds: float) -> None:
        """Do not count `seconds` that have gone by."""
        self._spent -= seconds

    def stop(self) -> None:
        """Measure no more."""
        self._spent, self._began = self.seconds, None


def fastest_steps(
    network: nn.Module,
    forward: Forward,
    images: TrainingImages,
    optimizer: RecipeOptimizer,
    *,
    emit: Emit,
) -> tuple[Steps, torch.Generator | None]:
    """Return steps as a CUDA graph on such a device, else in eager mode; and what dropout draws from.

    A network of the user's own may do what no graph can hold.
    """
    if isinstance(forward, OwnForward):
        return EagerSteps(forward, images, optimizer), forward.generator
    if images.device.type != "cuda" or plain_path() or not isinstance(network, nn.Sequential):
        return EagerSteps(forward, images, optimizer), mask_generator(network, images.device)
    emit(PhaseChanged(phase=Phase.WARM_UP))
    generator = share_masks(network, images.batch_size, images.device, images.side)
    changed = (*network.parameters(), *network.buffers())
    capture = UntilOneFails(CudaCapture(generator))
    steps = graphed_or_eager(forward, images, optimizer, changed=changed, capture=capture, emit=emit)
    generator.manual_seed(images.seed)  # whatever warming up drew
    return steps, generator


def graphed_or_eager(
    forward: Forward,
    images: TrainingImages,
    optimizer: RecipeOptimizer,
    *,
    changed: Sequence[Tensor],
    capture: Capture,
    emit: Emit,
) -> Steps:
    """Return steps as a graph; where they cannot be captured, a notice says so and eager ones do."""
    try:
        return GraphedSteps(forward, images, optimizer, changed=changed, capture=capture)
    except RuntimeError as error:
        reason = str(error).partition("\n")[0]
        emit(Notice(text=f"CUDA graph unavailable: {reason}; steps are launched one by one"))
        return EagerSteps(forward, images, optimizer)
