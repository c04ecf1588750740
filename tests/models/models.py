"""Networks to take along: any preset's, never trained but far from their beginning, and a run's, trained."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import torch

from core.config.devices import Device
from core.config.grid import Grid
from core.config.network_shape import CIFAR10_SHAPE
from core.config.presets import RECIPES, Norm, Preset
from core.config.run_config import RunConfig
from core.config.suite_config import Keep, SuiteConfig
from core.dataset.demo import demo_images
from core.dataset.images import ImageSplit, Pixels, limited
from core.models.card import ModelCard
from core.models.run_weights import Model
from core.runs.event_log import EventWriter
from core.runs.events import Event
from core.runs.folder import RunFolder, create_suite
from core.runs.life_events import RunFinished, RunStarted
from core.training.network.build import build_network
from core.training.setup import RunSpec, prepare_run
from core.worker.checkpoint_writer import CheckpointWriter
from core.worker.checkpoints import Checkpoints, origin_of
from core.worker.kept_weights import KeptWeights
from core.worker.session import Session
from core.worker.weights_file import write_weights

TRAINED = RunConfig(
    norm=Norm.BATCH, epochs=2, batch_size=64, data="demo", device=Device.CPU, limit_train=256, limit_test=300
)


def random_model(norm: Norm, preset: Preset) -> Model:
    """Return a network whose scales, shifts and running statistics are far from what they begin with."""
    generator = torch.Generator().manual_seed(3)
    weights = build_network(norm, RECIPES[preset]).state_dict()
    for name, value in weights.items():
        if name.endswith("running_var"):
            value.copy_(torch.rand(value.shape, generator=generator) + 0.5)
        elif value.is_floating_point() and value.ndim != 4:  # a convolution's are random already
            value.add_(torch.randn(value.shape, generator=generator), alpha=0.3)
    return Model(card(norm, preset), weights)


def card(norm: Norm = Norm.BATCH, preset: Preset = Preset.TUNED) -> ModelCard:
    return ModelCard(
        run=f"{norm}",
        norm=norm,
        preset=preset,
        edited={},
        recipe=RECIPES[preset],
        seed=0,
        batch_size=128,
        epochs=20,
        weights=Keep.LAST,
        epoch=20,
        step=0,
        test_accuracy=0.8,
        test_images=10_000,
        layers=None,
        precision=None,
        classes=tuple(f"class {place}" for place in range(CIFAR10_SHAPE.classes)),
        mean=(125.3, 122.9, 113.8),
        std=(62.9, 62.0, 66.7),
        data="CIFAR-10",
        fingerprint="sha256:0123456789abcdef",
        versions={"cifar-tui": "0", "torch": torch.__version__},
    )


def random_images(count: int) -> Pixels:
    return np.random.default_rng(5).integers(256, size=(count, 32, 32, 3), dtype=np.uint8)


def trained_run(runs_dir: Path, config: RunConfig = TRAINED) -> RunFolder:
    """Train a run as a worker does, its best and last weights kept."""
    with torch_as_before():
        return _trained(runs_dir, config)


@contextmanager
def torch_as_before() -> Iterator[None]:
    """Take back what opening a session sets for the whole process; torch.export can't do with it."""
    before = torch.backends.cudnn.conv.fp32_precision  # type: ignore[attr-defined] # as in core.training.precision
    try:
        yield
    finally:
        torch.backends.cudnn.conv.fp32_precision = before  # type: ignore[attr-defined] # likewise
        torch.set_deterministic_debug_mode("default")


def _trained(runs_dir: Path, config: RunConfig) -> RunFolder:
    suite = create_suite(
        runs_dir, SuiteConfig(Grid(config).runs(), "cifar-tui"), datetime(2026, 1, 2, tzinfo=UTC)
    )
    folder = suite.run(str(config.norm))
    folder.path.mkdir()
    with EventWriter(folder.events) as log:
        log.write(RunStarted(run=folder.path.name, config=config, recipe=config.recipe, command="cifar-tui"))

        def emit(event: Event) -> None:
            log.write(event)

        session = Session.opened(config, emit)
        kept = KeptWeights((Keep.BEST, Keep.LAST), partial(write_weights, folder, emit))
        checkpoints = Checkpoints(CheckpointWriter(folder.checkpoint, emit), emit, 60.0, kept)
        spec = RunSpec.of(config, session.images, session.device)
        run = prepare_run(spec, threads=lambda: 1, emit=checkpoints.emit)
        checkpoints.begin(run, origin_of(config, session, run), None)
        for epoch in range(1, config.epochs + 1):
            checkpoints.emit(run.train_epoch(epoch))
            figures = run.evaluate(epoch).figures
            checkpoints.emit(figures)
            checkpoints.save_epoch(figures)
        log.write(RunFinished())
    return folder


def evaluated_images(config: RunConfig = TRAINED) -> ImageSplit:
    """Return the images that such a run is tested on."""
    return limited(demo_images(), config.limit_train, config.limit_test).test
