"""The weights of a run, from its checkpoint or from a file that it keeps them in."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from core import __version__
from core.config.run_config import RunConfig
from core.config.suite_config import Keep
from core.dataset.images import Limits
from core.dataset.sources import load_images
from core.errors import InputError
from core.models.card import ModelCard
from core.runs.checkpoint_file import DamagedError, read_checkpoint
from core.runs.events import DataLoaded, Evaluated
from core.runs.folder import RunFolder
from core.runs.run_state import RunState
from core.runs.safe_files import read_file
from core.runs.suite_state import states_in
from core.training.batches import Normalize
from core.training.training_state import TrainingState

_MOST_BYTES: Final = 2**28  # of kept weights; ours have a quarter of a megabyte


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A trained network: its weights by name, as `build_network` calls them, and what is known of it."""

    card: ModelCard
    weights: Mapping[str, Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Weights after `epoch` epochs and `step` steps; `scale` [2, 3] is `Normalize`'s, where it was kept."""

    weights: dict[str, Tensor]
    epoch: int
    step: int
    scale: Tensor | None


def model_of_run(path: Path, keep: Keep) -> Model:
    """Return the network of the run in the folder `path`, as it was after its best or its last epoch.

    The last may be one that was stopped within an epoch. Runs of earlier versions kept no `Normalize`: their
    images are read again.

    Raises:
        InputError: there are no such weights, or they are not the run's; the message says what to do.
    """
    (state,) = states_in(path)
    config, data = state.config, state.data
    if config is None or state.started is None or data is None:
        raise InputError(f"{path}: has no weights yet; let it train an epoch first")
    if config.network is not None:
        raise InputError(
            f"{path}: is {config.network}, which its own file alone can build; --keep {keep} keeps its "
            "weights in a file that torch.load reads"
        )
    found = _best(path, state) if keep is Keep.BEST else _last(path, state)
    scale = _scale(path, config, data) if found.scale is None else found.scale
    test = None if found.step else _test(state, found.epoch)
    if scale.shape != (2, 3):
        raise InputError(f"{path}: its weights are of no training of this version")
    mean, std = scale.tolist()
    card = ModelCard(
        run=state.name,
        norm=config.norm,
        preset=config.preset,
        edited={name: str(value) for name, value in config.edited.items()},
        recipe=state.started.recipe,
        seed=config.seed,
        batch_size=config.batch_size,
        epochs=config.epochs,
        weights=keep,
        epoch=found.epoch,
        step=found.step,
        test_accuracy=None if test is None else test.accuracy,
        test_images=None if test is None else test.images,
        layers=None if state.arithmetic is None else state.arithmetic.layers,
        precision=None if state.arithmetic is None else state.arithmetic.precision,
        classes=data.classes,
        mean=tuple(mean),
        std=tuple(std),
        data=data.label,
        fingerprint=data.fingerprint,
        versions={"cifar-tui": __version__, "torch": torch.__version__},
        image_size=config.image_size,
        resize=config.resize,
    )
    return Model(card, found.weights)


def _best(path: Path, state: RunState) -> _Found:
    kept = _kept(RunFolder(path), state, Keep.BEST)
    if kept is None:
        raise InputError(f"{path}: its best weights were not kept; train with --keep best, or take the last")
    return kept


def _last(path: Path, state: RunState) -> _Found:
    """Take a whole epoch's where there is one, else what a stop within the first epoch left."""
    folder = RunFolder(path)
    found = _saved(folder)
    if found is None or found.step:
        found = _kept(folder, state, Keep.LAST) or found
    if found is None or not (found.epoch or found.step):
        raise InputError(
            f"{path}: has neither a {folder.checkpoint.name} nor {folder.weights(Keep.LAST).name}; "
            "train with --keep last, and keep the folder whole"
        )
    return found


def _saved(folder: RunFolder) -> _Found | None:
    """Return what the checkpoint has; None where there is none."""
    file = folder.checkpoint
    try:
        checkpoint = read_checkpoint(file)
        state = None if checkpoint is None else TrainingState.from_bytes(checkpoint.state)
    except DamagedError as error:
        raise InputError(f"{file}: is {error}") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise InputError(f"{file}: is {error}") from None
    if state is None:
        return None
    return _Found(state.weights, state.epoch - 1, state.step, state.scale)


def _kept(folder: RunFolder, state: RunState, keep: Keep) -> _Found | None:
    """Return what the file of kept weights has; None where there is none."""
    file = folder.weights(keep)
    try:
        content = read_file(file, _MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from None
    try:
        kept: dict[str, Any] = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        epoch, accuracy = int(kept["epoch"]), float(kept["test_accuracy"])
        found = _Found(dict(kept["weights"]), epoch, 0, kept.get("scale"))
    except Exception as error:  # torch's reader raises whatever its parts do
        raise InputError(f"{file}: holds no weights that this version kept") from error
    test = _test(state, epoch)
    if test is None or test.accuracy != accuracy:
        raise InputError(f"{file}: is of an earlier training of the run; train again with --keep {keep}")
    return found


def _test(state: RunState, epoch: int) -> Evaluated | None:
    """Return what `epoch` gave on the test images."""
    return next((test for test in state.tests if test.epoch == epoch), None)


def _scale(path: Path, config: RunConfig, data: DataLoaded) -> Tensor:
    """Return mean and standard deviation [2, 3] of the run's training images, read again."""
    try:
        limits = Limits(config.limit_train, config.limit_test)
        images = load_images(
            config.data, lambda *_progress: None, options=config.image_options, limits=limits
        )
    except InputError as error:
        raise InputError(f"{path}: kept no scale of its input, and its images are needed: {error}") from None
    if images.fingerprint != data.fingerprint:
        raise InputError(f"{path}: kept no scale of its input, and --data {config.data} has other images now")
    return Normalize.of(images.train, torch.device("cpu")).scale
