"""The one set-up of a run: the worker, the benchmarks and the search all train what is prepared here."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import torch
from torch import nn

from core.config.network_shape import CIFAR10_SHAPE, NetworkShape
from core.config.presets import Norm, Recipe
from core.config.run_config import RunConfig
from core.config.settings import Switch
from core.dataset.images import ImageSet, ImageSplit
from core.runs.events import Emit, EpochEnded, Event, Notice
from core.runs.machine_events import ArithmeticChosen, Layers, Precision
from core.training.batches import Normalize, TestImages, TrainingImages
from core.training.evaluate import Evaluation, evaluate
from core.training.findings import find_misclassified, mark_answers
from core.training.global_random import GLOBAL_RNG
from core.training.hooks import Clock, PollCommands
from core.training.native.bindings import kept_type, set_num_threads
from core.training.native.errors import NotAvailableError
from core.training.native.library import native_library
from core.training.native.network import FusedNetwork
from core.training.network.build import build_network
from core.training.network.cast_weights import CastTogether
from core.training.network.own_forward import OwnForward
from core.training.network.own_network import OwnNetwork
from core.training.network.summary import summarise
from core.training.norm_example import show_normalization
from core.training.precision import activation_dtype
from core.training.train_step import Forward
from core.training.trainer import Trainer
from core.training.watched import answer_watched, choose_watched


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """What decides a run's numbers: the same spec on the same device gives the same weights, bit for bit.

    Normalization is measured on `train_images` alone. There are `classes` classes to tell apart. With
    `flip_average` every evaluation counts the correct predictions of averaged logits too. `own` is the user's
    network, where it is not the recipe's.
    """

    norm: Norm
    recipe: Recipe
    seed: int
    epochs: int
    batch_size: int
    train_images: ImageSplit
    test_images: ImageSplit
    device: torch.device
    classes: int = CIFAR10_SHAPE.classes
    flip_average: bool = False
    own: OwnNetwork | None = None

    @property
    def shape(self) -> NetworkShape:
        """What the images ask of the network."""
        return NetworkShape(self.classes, self.train_images.side)

    @classmethod
    def of(
        cls, config: RunConfig, images: ImageSet, device: torch.device, own: OwnNetwork | None = None
    ) -> Self:
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
            classes=len(images.classes),
            flip_average=config.flip_average is Switch.ON,
            own=own,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """A network with all it takes to train and to evaluate it; made by `prepare_run`.

    `forward` computes what `network` would, where that is faster. It reads the network's own parameters and
    buffers, so weights loaded into the network are the ones that are trained on. `watched` are the places of
    the test images whose answers are told after every epoch.
    """

    network: nn.Module
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
        own = self.forward if isinstance(self.forward, OwnForward) else None
        with suppress(LookupError):  # a user's network may have no norm
            yield show_normalization(self.network, self.test_images, evaluation.figures.epoch, own)
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

    network, forward = _network(spec, emit)
    normalize = Normalize.of(spec.train_images, spec.device)
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


def introduce_network(
    norm: Norm,
    recipe: Recipe,
    own: OwnNetwork | None,
    emit: Emit,
    shape: NetworkShape = CIFAR10_SHAPE,
) -> OwnNetwork | None:
    """Summarise such a network: one of its own, because torchinfo's trial run draws random numbers.

    It is for images of such a `shape`. One of the user's is also tried, and a notice says where the
    norm makes no difference. Returns `own` as it is to be trained.

    Raises:
        OwnCodeError: it cannot be built, or cannot be trained.
    """
    with GLOBAL_RNG:
        network, norms = (
            (build_network(norm, recipe, shape), None) if own is None else own.built(norm, recipe, shape)
        )
        own = own and own.tried(network, shape)
        model = summarise(network, shape)
    emit(model)
    if own is not None and norms is not None and not norms.is_part_of(network):
        text = f"{own.source.name} has no layer made by norm: it is the same network in all three norms"
        emit(Notice(text=text))
    return own


def _network(spec: RunSpec, emit: Emit) -> tuple[nn.Module, Forward | None]:
    """Return the network with the weights of the seed, and what computes it where that is not itself."""
    with GLOBAL_RNG:
        torch.manual_seed(spec.seed)
        if spec.own is not None:
            network = spec.own.built(spec.norm, spec.recipe, spec.shape)[0].to(spec.device)
            network = network.to(memory_format=spec.own.layout)
            return network, OwnForward(network, spec.own, spec.seed, spec.device, spec.classes)
        ours = build_network(spec.norm, spec.recipe, spec.shape)
    ours = ours.to(spec.device).to(memory_format=torch.channels_last)
    return ours, _faster(ours, spec.device, emit)


def _arithmetic(forward: Forward | None, device: torch.device) -> ArithmeticChosen:
    native = isinstance(forward, FusedNetwork)
    own = torch.float32 if isinstance(forward, OwnForward) else activation_dtype(device)
    dtype = kept_type() if native else own
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
