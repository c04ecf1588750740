"""The training loop of one run: batches in, events out; no value is read from the device in a step."""

from collections.abc import Sequence
from typing import Final

from torch import Tensor, nn

from core.config.presets import Recipe
from core.environment import plain_path
from core.runs.events import Emit, EpochEnded, Notice, Phase, PhaseChanged
from core.training.batches import TrainingImages
from core.training.cuda_graph import CudaCapture
from core.training.hooks import Clock, PollCommands
from core.training.network.dropout_masks import share_masks
from core.training.optim.schedule import lr_factor
from core.training.optimizer import RecipeOptimizer
from core.training.step_metrics import READBACK, StepMetrics
from core.training.train_step import Capture, EagerSteps, Forward, GraphedSteps, Steps

_REPORT_SECONDS: Final = 0.25


class Trainer:
    """Trains one network on `images`, an epoch a call, `epochs` in all.

    `poll_commands` is called between steps, a few times a second. `forward` computes what the network would,
    in training, where that is faster.
    """

    def __init__(  # noqa: PLR0913 - the parts of a run, each by its name
        self,
        network: nn.Sequential,
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
        optimizer = RecipeOptimizer(network.train(), recipe)
        self._steps = fastest_steps(network, forward or network, images, optimizer, emit=emit)

    def train_epoch(self, epoch: int) -> EpochEnded:
        """Train epoch `epoch` (from 1), emitting its steps in ranges as they are done, and sum it up."""
        lr_factors = self._lr_factors(epoch)
        readback = READBACK[self._images.device.type]
        metrics = StepMetrics(epoch, self._steps.metrics, readback, self._emit)
        began = reported = self._clock()
        paused = 0.0
        for size in self._steps.epoch(lr_factors):
            if metrics.add(size) and self._clock() - reported >= _REPORT_SECONDS:
                metrics.report()
                paused += self._poll_commands()
                reported = self._clock()
        metrics.finish()
        return EpochEnded(
            epoch=epoch,
            loss=metrics.loss_sum / metrics.images,
            last_loss=metrics.last_loss,
            correct=metrics.correct,
            images=metrics.images,
            batches=len(lr_factors),
            learning_rate=self._recipe.learning_rate * lr_factors[-1],
            seconds=self._clock() - began - paused,
        )

    def _lr_factors(self, epoch: int) -> list[float]:
        """Return the fraction of the peak learning rate for each step of an epoch."""
        steps = self._images.steps_per_epoch
        done = range((epoch - 1) * steps, epoch * steps)
        return [lr_factor(self._recipe, step / (steps * self._epochs)) for step in done]


def fastest_steps(
    network: nn.Sequential,
    forward: Forward,
    images: TrainingImages,
    optimizer: RecipeOptimizer,
    *,
    emit: Emit,
) -> Steps:
    """Return steps as a CUDA graph on such a device, else in eager mode."""
    if images.device.type != "cuda" or plain_path():
        return EagerSteps(forward, images, optimizer)
    emit(PhaseChanged(phase=Phase.WARM_UP))
    generator = share_masks(network, images.batch_size, images.device)
    changed = (*network.parameters(), *network.buffers())
    steps = graphed_or_eager(
        forward, images, optimizer, changed=changed, capture=CudaCapture(generator), emit=emit
    )
    generator.manual_seed(images.seed)  # whatever warming up drew
    return steps


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
