from collections.abc import Iterator
from itertools import count

import numpy as np
import pytest
import torch

from core.config.presets import RECIPES, Norm, Preset
from core.dataset.images import ImageSplit
from core.runs.events import EpochEnded, Event, StepsDone
from core.training.batches import Normalize, TestImages, TrainingImages
from core.training.evaluate import evaluate
from core.training.network.build import build_network
from core.training.trainer import Trainer

CPU = torch.device("cpu")
RECIPE = RECIPES[Preset.REFERENCE]


@pytest.fixture
def split() -> ImageSplit:
    """Ten colours, one a class, so that a network can learn them at once."""
    labels = np.arange(200, dtype=np.int64) % 10
    colours = np.random.default_rng(0).integers(0, 256, (10, 1, 1, 3), dtype=np.uint8)
    return ImageSplit(np.ascontiguousarray(np.broadcast_to(colours[labels], (200, 32, 32, 3))), labels)


def train_an_epoch(split: ImageSplit, ticks: Iterator[float]) -> tuple[EpochEnded, list[Event]]:
    torch.manual_seed(0)
    network = build_network(Norm.BATCH, RECIPE).to(memory_format=torch.channels_last)
    images = TrainingImages(split, Normalize.of(split, CPU), RECIPE, 16, seed=0)
    events: list[Event] = []
    trainer = Trainer(
        network, images, RECIPE, 2, emit=events.append, poll_commands=lambda: 0.0, clock=lambda: next(ticks)
    )
    return trainer.train_epoch(1), events


def test_steps_are_told_in_ranges_that_cover_the_epoch(split: ImageSplit) -> None:
    ended, events = train_an_epoch(split, (0.1 * i for i in count()))
    ranges = [event for event in events if isinstance(event, StepsDone)]
    assert len(ranges) > 2
    assert [r.first_step for r in ranges] == [
        sum(len(p.losses) for p in ranges[:i]) for i in range(len(ranges))
    ]
    assert sum(len(r.losses) for r in ranges) == ended.batches == 13
    assert sum(r.images for r in ranges) == ended.images == 200
    assert sum(sum(r.correct) for r in ranges) == ended.correct
    assert ended.last_loss == ranges[-1].losses[-1]


def test_how_steps_are_grouped_does_not_change_a_bit_of_the_metrics(split: ImageSplit) -> None:
    often, _ = train_an_epoch(split, (1.0 * i for i in count()))
    never, events = train_an_epoch(split, (0.0 for _ in count()))
    assert len(events) == 1
    assert (often.loss, often.last_loss, often.correct) == (never.loss, never.last_loss, never.correct)


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("norm", list(Norm))
def test_a_run_of_one_step_trains_every_weight(split: ImageSplit, preset: Preset, norm: Norm) -> None:
    recipe = RECIPES[preset]
    torch.manual_seed(0)
    network = build_network(norm, recipe)
    before = [weight.detach().clone() for weight in network.parameters()]
    images = TrainingImages(split, Normalize.of(split, CPU), recipe, 200, seed=0)
    trainer = Trainer(
        network, images, recipe, 1, emit=lambda _: None, poll_commands=lambda: 0.0, clock=lambda: 0.0
    )
    ended = trainer.train_epoch(1)
    assert ended.batches == 1
    assert ended.learning_rate > 0
    assert not any(map(torch.equal, before, network.parameters()))


def test_pauses_do_not_count_as_training(split: ImageSplit) -> None:
    torch.manual_seed(0)
    network = build_network(Norm.GROUP, RECIPE)
    images = TrainingImages(split, Normalize.of(split, CPU), RECIPE, 100, seed=0)
    ticks = iter(float(i) for i in count())
    trainer = Trainer(
        network, images, RECIPE, 1, emit=lambda _: None, poll_commands=lambda: 2.0, clock=lambda: next(ticks)
    )
    # the clock ticks at the start, twice in each of two steps and at the end: 5 s, 4 of them paused
    assert trainer.train_epoch(1).seconds == 1.0


def test_evaluation_counts_every_image_and_leaves_the_network_training(split: ImageSplit) -> None:
    network = build_network(Norm.BATCH, RECIPE)
    tests = TestImages(split, Normalize.of(split, CPU), batch_size=64)
    clock = iter([1.0, 4.0]).__next__
    evaluated = evaluate(network, tests, 3, poll_commands=lambda: 0.125, clock=clock).figures
    assert (evaluated.epoch, evaluated.images, evaluated.seconds) == (3, 200, 2.5)
    assert [sum(row) for row in evaluated.confusion] == [20] * 10
    assert network.training


def test_a_forward_given_is_used_for_training_and_evaluation(split: ImageSplit) -> None:
    network = build_network(Norm.GROUP, RECIPE)
    modes: list[bool] = []

    def forward(images: torch.Tensor) -> torch.Tensor:
        modes.append(network.training)
        logits: torch.Tensor = network(images)
        return logits

    normalize = Normalize.of(split, CPU)
    images, tests = TrainingImages(split, normalize, RECIPE, 100, seed=0), TestImages(split, normalize)

    def zero() -> float:
        return 0.0

    Trainer(
        network, images, RECIPE, 1, emit=lambda _: None, poll_commands=zero, clock=zero, forward=forward
    ).train_epoch(1)
    evaluate(network, tests, 1, poll_commands=zero, clock=zero, forward=forward)
    assert modes == [True, True, False]
