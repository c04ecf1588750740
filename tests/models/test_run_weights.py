"""Which weights of a run are taken along, and what is refused."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.config.suite_config import Keep
from core.errors import InputError
from core.models.asked import asked_model
from core.models.run_weights import model_of_run
from core.runs.checkpoint_file import read_checkpoint, write_checkpoint
from core.runs.folder import RunFolder
from core.runs.suite_state import states_in
from core.training.training_state import TrainingState
from tests.models.models import TRAINED, evaluated_images


@pytest.fixture
def own(finished: RunFolder, tmp_path: Path) -> RunFolder:
    """Return a copy of the finished run that a test may change."""
    return RunFolder(Path(shutil.copytree(finished.path, tmp_path / "batch")))


def test_a_finished_run_gives_its_last_weights_and_all_that_is_known(finished: RunFolder) -> None:
    (state,) = states_in(finished.path)
    model = model_of_run(finished.path, Keep.LAST)
    card = model.card
    assert (card.norm, card.preset, card.recipe) == (TRAINED.norm, TRAINED.preset, TRAINED.recipe)
    assert (card.epoch, card.step, card.test_accuracy) == (2, 0, state.last_accuracy)
    assert state.data is not None
    assert (card.classes, card.data) == (state.data.classes, state.data.label)
    kept = torch.load(finished.weights(Keep.LAST), weights_only=True)
    assert kept["weights"].keys() == model.weights.keys()
    assert all(torch.equal(model.weights[name], value) for name, value in kept["weights"].items())
    assert any(name.endswith("running_var") for name in model.weights)


@pytest.mark.parametrize("keep", Keep)
def test_asked_about_the_test_images_it_has_exactly_the_runs_accuracy(
    keep: Keep, finished: RunFolder
) -> None:
    (state,) = states_in(finished.path)
    model, tested = asked_model(finished.path, keep), evaluated_images()
    right = int((model.logits(tested.images).argmax(1) == tested.labels).sum())
    assert right == next(test.correct for test in state.tests if test.epoch == model.card.epoch)


def test_without_a_checkpoint_the_kept_weights_are_taken(own: RunFolder) -> None:
    before = model_of_run(own.path, Keep.LAST)
    own.checkpoint.unlink()
    after = model_of_run(own.path, Keep.LAST)
    assert after.card == before.card
    assert all(torch.equal(after.weights[name], value) for name, value in before.weights.items())


def test_weights_of_an_earlier_version_are_scaled_by_the_images_read_again(own: RunFolder) -> None:
    checkpoint = read_checkpoint(own.checkpoint)
    assert checkpoint is not None
    state = replace(TrainingState.from_bytes(checkpoint.state), scale=None)
    write_checkpoint(own.checkpoint, replace(checkpoint, state=state.to_bytes()), lambda _size: None)
    own.weights(Keep.LAST).unlink()
    kept = model_of_run(own.path, Keep.BEST).card
    assert (model_of_run(own.path, Keep.LAST).card.mean, kept.std) == (kept.mean, kept.std)


def test_weights_within_an_epoch_say_so_and_have_no_accuracy(own: RunFolder) -> None:
    checkpoint = read_checkpoint(own.checkpoint)
    assert checkpoint is not None
    state = replace(TrainingState.from_bytes(checkpoint.state), epoch=2, step=3)
    write_checkpoint(own.checkpoint, replace(checkpoint, state=state.to_bytes()), lambda _size: None)
    assert model_of_run(own.path, Keep.LAST).card.epoch == 2  # the whole epoch's, which were kept
    own.weights(Keep.LAST).unlink()
    card = model_of_run(own.path, Keep.LAST).card
    assert (card.epoch, card.step, card.test_accuracy) == (1, 3, None)


def test_where_no_weights_are_it_is_said_which_flag_keeps_them(own: RunFolder) -> None:
    own.weights(Keep.BEST).unlink()
    with pytest.raises(InputError, match="--keep best"):
        model_of_run(own.path, Keep.BEST)
    own.weights(Keep.LAST).unlink()
    own.checkpoint.unlink()
    with pytest.raises(InputError, match="--keep last"):
        model_of_run(own.path, Keep.LAST)
    own.events.write_bytes(own.events.read_bytes().split(b"\n")[0] + b"\n")
    with pytest.raises(InputError, match="no weights yet"):
        model_of_run(own.path, Keep.LAST)


def test_weights_of_another_training_are_refused(own: RunFolder) -> None:
    kept = torch.load(own.weights(Keep.BEST), weights_only=True)
    kept["test_accuracy"] = np.nextafter(kept["test_accuracy"], 0).item()
    torch.save(kept, own.weights(Keep.BEST))
    with pytest.raises(InputError, match="an earlier training"):
        model_of_run(own.path, Keep.BEST)


def without_weights(run: RunFolder) -> None:
    run.checkpoint.unlink()
    torch.save({}, run.weights(Keep.LAST))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda run: run.checkpoint.write_bytes(b"{}\n"), "is no checkpoint of this version"),
        (lambda run: run.checkpoint.write_bytes(run.checkpoint.read_bytes()[:-9]), "is damaged"),
        (lambda run: (run.checkpoint.unlink(), run.checkpoint.symlink_to("/etc/passwd")), "it is a link"),
        (without_weights, "no weights that"),
    ],
)
def test_damaged_weights_are_refused_in_words(
    change: Callable[[RunFolder], object], told: str, own: RunFolder
) -> None:
    change(own)
    with pytest.raises(InputError, match=told):
        model_of_run(own.path, Keep.LAST)
