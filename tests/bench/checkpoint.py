"""What checkpoints cost: training with them over training without, in turn, and the seconds one takes.

``uv run python -m tests.bench checkpoint --data images --save`` on a quiet machine. An epoch with checkpoints
has one at its end, and one within it whenever the last is `--every` seconds old.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

import torch

from core.config.devices import Device
from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.config.suite_config import CHECKPOINT_SECONDS
from core.dataset.images import limited
from core.runs.events import Event
from core.training.setup import PreparedRun, RunSpec, prepare_run
from core.worker.checkpoint_writer import CheckpointWriter
from core.worker.checkpoints import Checkpoints, origin_of
from core.worker.kept_weights import KeptWeights
from core.worker.session import THREADS, Session


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides the work."""
    parser.add_argument("--preset", type=Preset, choices=tuple(Preset), default=Preset.TUNED)
    parser.add_argument("--norm", type=Norm, choices=tuple(Norm), default=Norm.BATCH)
    parser.add_argument("--data", default="demo", help="as cifar-tui's")
    parser.add_argument("--pairs", type=int, default=8, help="epochs with, and as many without")
    parser.add_argument("--images", type=int, default=12_800, help="training images an epoch")
    parser.add_argument("--every", type=float, default=CHECKPOINT_SECONDS, help="seconds between two")


def result_name(options: argparse.Namespace) -> str:
    """Name what was measured."""
    return f"{options.preset}-{options.norm}"


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return the seconds of epochs with and without, pair by pair, and those of single checkpoints."""
    with tempfile.TemporaryDirectory() as folder:
        bench = _Bench(options, Path(folder) / "checkpoint.pt")
        bench.epoch(saving=True)
        pairs = [
            {
                saving: bench.epoch(saving=saving)
                for saving in ((True, False) if number % 2 else (False, True))
            }
            for number in range(options.pairs)
        ]
        single = [bench.save() for _ in range(20)]
        size = (Path(folder) / "checkpoint.pt").stat().st_size
    ratios = [pair[True] / pair[False] for pair in pairs]
    epoch = median(pair[False] for pair in pairs)
    return {
        "images_an_epoch": options.images,
        "seconds_with": [pair[True] for pair in pairs],
        "seconds_without": [pair[False] for pair in pairs],
        "ratio": {"median": median(ratios), "min": min(ratios), "max": max(ratios), "all": ratios},
        "seconds_a_checkpoint": {"median": median(single), "max": max(single)},
        "share_of_an_epoch": median(single) / epoch,
        "bytes": size,
    }


class _Bench:
    """A run that trains on, and saves or does not."""

    def __init__(self, options: argparse.Namespace, file: Path) -> None:
        config = RunConfig(
            norm=options.norm,
            preset=options.preset,
            data=options.data,
            device=Device.CPU,
            epochs=2 * options.pairs + 1,
            limit_train=options.images,
        )
        session = Session.opened(config, _ignore)
        images = limited(session.images, config.limit_train, config.limit_test)
        self._saving = False
        kept = KeptWeights((), lambda _keep, _content: None)
        self._checkpoints = Checkpoints(CheckpointWriter(file, _ignore), _ignore, options.every, kept)
        self._run: PreparedRun = prepare_run(
            RunSpec.of(config, images, torch.device("cpu")),
            threads=lambda: THREADS,
            emit=self._checkpoints.emit,
            poll_commands=self._poll,
        )
        self._checkpoints.begin(self._run, origin_of(config, session, self._run), None)
        self._epoch = 0

    def _poll(self) -> float:
        if self._saving:
            self._checkpoints.save_if_due()
        return 0.0

    def epoch(self, *, saving: bool) -> float:
        """Return the seconds of the next epoch, with its checkpoints where it is `saving`."""
        self._saving, self._epoch = saving, self._epoch + 1
        began = time.perf_counter()
        self._run.train_epoch(self._epoch)
        if saving:
            self._checkpoints.save()
        return time.perf_counter() - began

    def save(self) -> float:
        """Return the seconds of a checkpoint."""
        began = time.perf_counter()
        self._checkpoints.save()
        return time.perf_counter() - began


def _ignore(_event: Event) -> None:
    pass
