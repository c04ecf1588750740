from pathlib import Path

import numpy as np
import torch

from core.config.presets import Norm
from core.dataset.images import ImageSplit
from core.runs.checkpoint_file import read_checkpoint
from core.runs.events import CheckpointSaved, Evaluated, Event, Notice
from core.runs.folder import RunFolder
from core.training.batches import Normalize, TestImages, TrainingImages
from core.training.network.build import build_network
from core.training.setup import PreparedRun
from core.training.trainer import Trainer
from core.worker.checkpoint_writer import CheckpointWriter
from core.worker.checkpoints import Checkpoints
from core.worker.kept_weights import KeptWeights
from tests.report.example_runs import config
from tests.runs.origins import origin

_CONFIG = config(Norm.BATCH)
_SLOW = 20  # a clock that runs so much faster has fewer tries in a minute


def _run() -> PreparedRun:
    images = ImageSplit(np.zeros((16, 32, 32, 3), np.uint8), np.arange(16, dtype=np.int64) % 10)
    normalize = Normalize.of(images, torch.device("cpu"))
    network = build_network(Norm.BATCH, _CONFIG.recipe).to(memory_format=torch.channels_last)
    training = TrainingImages(images, normalize, _CONFIG.recipe, 8, seed=0)
    trainer = Trainer(
        network, training, _CONFIG.recipe, 2, emit=lambda _event: None, poll_commands=lambda: 0.0, clock=float
    )
    return PreparedRun(
        network=network,
        forward=None,
        trainer=trainer,
        test_images=TestImages(images, normalize),
        watched=(),
        flip_average=False,
        poll_commands=lambda: 0.0,
        clock=float,
    )


def _after_an_epoch(folder: RunFolder, events: list[Event], free_at: float) -> list[float]:
    """Save the last epoch in a folder that is there from second `free_at` on; return the tries' times."""
    seconds = [0.0]

    def wait(pause: float) -> None:
        seconds.append(seconds[-1] + _SLOW * pause)
        if seconds[-1] >= free_at:
            folder.path.mkdir(exist_ok=True)

    writer = CheckpointWriter(folder.checkpoint, events.append, clock=lambda: seconds[-1], wait=wait)
    kept = KeptWeights((), lambda _keep, _content: None)
    checkpoints = Checkpoints(writer, events.append, 60.0, kept, clock=lambda: seconds[-1])
    checkpoints.begin(_run(), origin(_CONFIG), None)
    checkpoints.save_epoch(Evaluated(epoch=1, loss=1.0, confusion=((1, 0), (0, 1)), seconds=1.0))
    checkpoints.save_in_the_end(lambda: None)
    return seconds


def test_the_last_epoch_is_tried_again_until_it_is_saved(tmp_path: Path) -> None:
    folder, events = RunFolder(tmp_path / "batch"), list[Event]()
    assert _after_an_epoch(folder, events, free_at=20.0) == [0.0, 10.0, 20.0]
    assert read_checkpoint(folder.checkpoint) is not None
    told, saved = events
    assert isinstance(told, Notice)
    assert told.text.startswith(f"{folder.path}: no checkpoint can be written (No such file or directory)")
    assert isinstance(saved, CheckpointSaved)


def test_after_a_minute_the_run_ends_without(tmp_path: Path) -> None:
    events = list[Event]()
    assert _after_an_epoch(RunFolder(tmp_path / "batch"), events, free_at=1e9)[-1] == 60.0
    assert [type(event) for event in events] == [Notice]


def test_where_all_is_saved_nobody_waits(tmp_path: Path) -> None:
    folder, events = RunFolder(tmp_path / "batch"), list[Event]()
    folder.path.mkdir()
    assert _after_an_epoch(folder, events, free_at=0.0) == [0.0]
    assert [type(event) for event in events] == [CheckpointSaved]
