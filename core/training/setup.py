"""The one set-up of a run: the worker, the benchmarks and the search all train what is prepared here."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Final, Self

import torch
from torch import nn

from core.config.presets import Norm, Recipe
from core.config.run_config import RunConfig
from core.config.settings import Switch
from core.dataset.images import ImageSet, ImageSplit
from core.runs.events import Emit, EpochEnded, Event, ModelSummarised, Notice
from core.runs.machine_events import ArithmeticChosen, Layers, Precision
from core.training.batches import Normalize, TestImages, TrainingImages
from core.training.evaluate import Evaluation, evaluate
from core.training.findings import find_misclassified, mark_answers
from core.training.hooks import Clock, PollCommands
from core.training.native.bindings import kept_type, set_num_threads
from core.training.native.errors import NotAvailableError
from core.training.native.library import native_library
from core.training.native.network import FusedNetwork
from core.training.network.build import build_network
from core.training.network.cast_weights import CastTogether
from core.training.network.summary import summarise
from core.training.norm_example import show_normalization
from core.training.precision import activation_dtype
from core.training.train_step import Forward
from core.training.trainer import Trainer
from core.training.watched import answer_watched, choose_watched

_GLOBAL_RNG: Final = Lock()  # torch's default generator is the whole process's, and weights are drawn from it


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """What decides a run's numbers: the same spec on the same device gives the same weights, bit for bit.

    Normalization is measured on `train_images` alone. With `flip_average` every evaluation counts the correct
    predictions of averaged logits too.
    """

    norm: Norm
    recipe: Recipe
    seed: int
    epochs: int
    batch_size: int
    train_images: ImageSplit
    test_images: ImageSplit
    device: torch.device
    flip_average: bool = False

    @classmethod
    def of(cls, config: RunConfig, images: ImageSet, device: torch.device) -> Self:
        """Return the spec of `config` on `images`, which are taken as they are, and `device`."""
        return cls(
            norm=config.norm,
            recipe=config.recipe,
            seed=config.seed,
            epochs=config.epochs,
            batch_size=config.batch_size,
            train_images=images.train,
            test_images=images.test,
            device=device,
            flip_average=config.flip_average is Switch.ON,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """A network with all it takes to train and to evaluate it; made by `prepare_run`.

    `forward` computes what `network` would, where that is faster. It reads the network's own parameters and
    buffers, so weights loaded into the network are the ones that are trained on. `watched` are the places of
    the test images whose answers are told after every epoch.
    """

    network: nn.Sequential
    forward: Forward | None
    trainer: Trainer
    test_images: TestImages
    watched: tuple[int, ...]
    flip_average: bool
    poll_commands: PollCommands
    clock: Clock

    def train_epoch(self, epoch: int) -> EpochEnded:
        """Train epoch `epoch` (from 1), emitting its steps, and sum it up."""
        return self.trainer.train_epoch(epoch)

    def evaluate(self, epoch: int) -> Evaluation:
        """Return loss, confusion matrix and logits of all test images, after epoch `epoch`."""
        return evaluate(
            self.network,
            self.test_images,
            epoch,
            poll_commands=self.poll_commands,
            clock=self.clock,
            forward=self.forward,
            flip_average=self.flip_average,
        )

    def watched_answers(self, evaluation: Evaluation) -> Event:
        """Return what `evaluation` tells of the watched images."""
        return answer_watched(evaluation, self.watched)

    def findings(self, evaluation: Evaluation) -> Iterator[Event]:
        """Yield what there is to show after the last epoch, which gave `evaluation`."""
        yield mark_answers(evaluation, self.test_images)
        yield show_normalization(self.network, self.test_images, evaluation.figures.epoch)
        yield find_misclassified(evaluation, self.test_images)


def prepare_run(
    spec: RunSpec,
    *,
    threads: Callable[[], int],
    emit: Emit,
    poll_commands: PollCommands = lambda: 0.0,
    clock: Clock = time.perf_counter,
) -> PreparedRun:
    """Build the network with the weights of the seed, and all it takes to train it.

    Called in the thread that is to train it. `threads` tells how many threads the C++ layers may compute on;
    it is asked now and whenever commands are polled, because runs side by side share the processor. `emit`
    hears of every step, and by a notice of whatever the run has to do without. `clock` is monotonic.
    """

    def share_and_poll() -> float:
        set_num_threads(threads())
        return poll_commands()

    network = _seeded_network(spec).to(spec.device).to(memory_format=torch.channels_last)
    normalize = Normalize.of(spec.train_images, spec.device)
    forward = _faster(network, spec.device, emit)
    emit(_arithmetic(forward, spec.device))
    set_num_threads(threads())
    trainer = Trainer(
        network,
        TrainingImages(spec.train_images, normalize, spec.recipe, spec.batch_size, spec.seed),
        spec.recipe,
        spec.epochs,
        emit=emit,
        poll_commands=share_and_poll,
        clock=clock,
        forward=forward,
    )
    return PreparedRun(
        network=network,
        forward=forward,
        trainer=trainer,
        test_images=TestImages(spec.test_images, normalize),
        watched=choose_watched(spec.test_images),
        flip_average=spec.flip_average,
        poll_commands=share_and_poll,
        clock=clock,
    )


def summarise_network(norm: Norm, recipe: Recipe) -> ModelSummarised:
    """Summarise such a network: one of its own, because torchinfo's trial run draws random numbers."""
    with _GLOBAL_RNG:
        return summarise(build_network(norm, recipe))


def _seeded_network(spec: RunSpec) -> nn.Sequential:
    with _GLOBAL_RNG:
        torch.manual_seed(spec.seed)
        return build_network(spec.norm, spec.recipe)


def _arithmetic(forward: Forward | None, device: torch.device) -> ArithmeticChosen:
    native = isinstance(forward, FusedNetwork)
    dtype = kept_type() if native else activation_dtype(device)
    return ArithmeticChosen(
        layers=Layers.NATIVE if native else Layers.TORCH,
        precision=Precision.BF16 if dtype is torch.bfloat16 else Precision.SINGLE,
    )


def _faster(network: nn.Sequential, device: torch.device, emit: Emit) -> Forward | None:
    """Return what computes `network` faster than it does itself; None where nothing does.

    On a processor that is C++, and where there is none a notice says why.
    """
    if (dtype := activation_dtype(device)) is not torch.float32:
        return CastTogether(network, dtype)
    if device.type != "cpu":
        return None
    try:
        forward = FusedNetwork(network)
    except NotAvailableError as error:
        emit(Notice(text=f"no C++ layers: {error}; torch's own take longer"))
        return None
    for notice in native_library().notices:
        emit(Notice(text=notice))
    torch.set_num_threads(1)  # what is left to torch is too little to share
    return forward
