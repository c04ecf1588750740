from collections.abc import Callable
from dataclasses import replace
from threading import Event as Flag

import numpy as np
import pytest
import torch
from torch import nn

from core.config.presets import RECIPES, Norm, Preset, Recipe
from core.dataset.images import ImageSplit
from core.runs.events import Event, Notice
from core.training.batches import Normalize, TrainingImages
from core.training.cuda_graph import UntilOneFails
from core.training.network.build import build_network
from core.training.optimizer import RecipeOptimizer
from core.training.train_step import Capture, EagerSteps, GraphedSteps, Steps, unchanged
from core.training.trainer import graphed_or_eager

CPU = torch.device("cpu")
RECIPE = RECIPES[Preset.TUNED]
FACTORS = [0.2, 0.4, 0.6, 0.8]


@pytest.fixture
def split() -> ImageSplit:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (50, 32, 32, 3), dtype=np.uint8)
    return ImageSplit(images, random.integers(0, 10, 50, dtype=np.int64))


def warmed_up(step: Callable[[], None], warm_up: Callable[[], None]) -> Callable[[], None]:
    """Capture as CUDA does, as far as a CPU can: warm up, then run the step itself at every replay."""
    for _ in range(3):
        warm_up()
    return step


def refused(_step: Callable[[], None], warm_up: Callable[[], None]) -> Callable[[], None]:
    warm_up()
    raise RuntimeError("operation not permitted when stream is capturing\nand much more")


class Parts:
    """What steps are made of, the same each time."""

    def __init__(self, split: ImageSplit, norm: Norm = Norm.BATCH, recipe: Recipe = RECIPE) -> None:
        torch.manual_seed(0)
        self.network = build_network(norm, recipe).to(memory_format=torch.channels_last)
        self.images = TrainingImages(split, Normalize.of(split, CPU), recipe, 16, seed=0)
        self.optimizer = RecipeOptimizer(self.network, recipe)
        self.changed = [*self.network.parameters(), *self.network.buffers()]
        self.events: list[Event] = []

    def eager(self) -> EagerSteps:
        return EagerSteps(self.network, self.images, self.optimizer)

    def graphed(self) -> GraphedSteps:
        return GraphedSteps(
            self.network, self.images, self.optimizer, changed=self.changed, capture=warmed_up
        )

    def graphed_or_eager(self, capture: Capture) -> Steps:
        return graphed_or_eager(
            self.network,
            self.images,
            self.optimizer,
            changed=self.changed,
            capture=capture,
            emit=self.events.append,
        )

    def train(self, steps: Steps, epochs: int = 2) -> tuple[list[int], list[torch.Tensor]]:
        """Train; return the sizes of all steps, and all there is to compare."""
        sizes: list[int] = []
        metrics = []
        for _ in range(epochs):
            sizes += steps.epoch(FACTORS)
            metrics.append(steps.metrics.clone())
        return sizes, [*metrics, *self.changed, *self.optimizer.state]


def same(ours: list[torch.Tensor], theirs: list[torch.Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("norm", list(Norm))
def test_graphed_steps_train_as_eager_ones_do_to_the_bit(split: ImageSplit, norm: Norm) -> None:
    one, other = Parts(split, norm), Parts(split, norm)
    sizes, eager = one.train(one.eager())
    graphed_sizes, graphed = other.train(other.graphed())
    assert graphed_sizes == sizes == [16, 16, 16, 2] * 2
    assert same(graphed, eager)


@pytest.mark.parametrize("count", [5, 32])
def test_sets_of_one_small_batch_and_of_whole_batches_can_be_captured(split: ImageSplit, count: int) -> None:
    few = ImageSplit(split.images[:count], split.labels[:count])
    parts = Parts(few, recipe=replace(RECIPE, warmup=0.0))
    steps = parts.graphed()
    assert sum(steps.epoch([1.0] * parts.images.steps_per_epoch)) == count
    assert (steps.metrics[:, 0] > 0).all()


def test_capturing_trains_nothing(split: ImageSplit) -> None:
    parts = Parts(split)
    before = [tensor.detach().clone() for tensor in (*parts.changed, *parts.optimizer.state)]
    steps = parts.graphed()
    assert same([*parts.changed, *parts.optimizer.state], before)
    assert not steps.metrics.any()


def test_what_cannot_be_captured_is_said_and_run_eagerly_instead(split: ImageSplit) -> None:
    one, other = Parts(split), Parts(split)
    steps = other.graphed_or_eager(refused)
    text = (
        "CUDA graph unavailable: operation not permitted when stream is capturing; "
        "steps are launched one by one"
    )
    assert other.events == [Notice(text=text)]
    assert same(other.train(steps)[1], one.train(one.eager())[1])


def test_what_can_be_captured_is_not_spoken_of(split: ImageSplit) -> None:
    parts = Parts(split)
    assert isinstance(parts.graphed_or_eager(warmed_up), GraphedSteps)
    assert parts.events == []


def test_after_a_capture_has_failed_nothing_more_is_captured_in_the_process(split: ImageSplit) -> None:
    captured: list[Callable[[], None]] = []

    def refused_at_the_second(step: Callable[[], None], warm_up: Callable[[], None]) -> Callable[[], None]:
        captured.append(step)
        return (warmed_up if len(captured) == 1 else refused)(step, warm_up)

    failed = Flag()
    alone, first, later = Parts(split), Parts(split), Parts(split)
    steps = first.graphed_or_eager(UntilOneFails(refused_at_the_second, failed))
    assert len(captured) == 2  # whole batches could be captured, the last and smaller one not
    assert same(first.train(steps)[1], alone.train(alone.eager())[1])

    def never(_step: Callable[[], None], _warm_up: Callable[[], None]) -> Callable[[], None]:
        pytest.fail("captured after a failure")

    steps = later.graphed_or_eager(UntilOneFails(never, failed))
    assert isinstance(steps, EagerSteps)
    reason = "a capture has failed before in this process; steps are launched one by one"
    assert later.events == [Notice(text=f"CUDA graph unavailable: {reason}")]
    assert isinstance(Parts(split).graphed_or_eager(UntilOneFails(warmed_up, Flag())), GraphedSteps)


def test_a_forward_given_is_used_instead_of_the_network(split: ImageSplit) -> None:
    parts = Parts(split)
    batches: list[int] = []

    def forward(images: torch.Tensor) -> torch.Tensor:
        batches.append(len(images))
        logits: torch.Tensor = parts.network(images)
        return logits

    sizes = list(EagerSteps(forward, parts.images, parts.optimizer).epoch(FACTORS))
    assert batches == sizes


def test_values_come_back_after_an_error_too() -> None:
    weight = nn.Parameter(torch.ones(3))

    def fail() -> None:
        with unchanged([weight]):
            weight.data.zero_()
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail()
    assert (weight == 1).all()
