"""Models come back from their files as they went: same weights, same answers."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from core.config.model_form import Form
from core.config.network_shape import NetworkShape
from core.config.presets import Norm, Preset
from core.config.suite_config import Keep
from core.models.asked import asked_model
from core.models.card import ModelCard
from core.models.formats import encoded, read_safetensors
from core.models.logits import Logits
from core.models.network import FromBytes, plain_network
from core.models.run_weights import Model, model_of_run
from core.models.torch_logits import logits_of
from core.runs.folder import RunFolder
from core.training.network.build import build_network
from tests.models.models import random_images, random_model

NETWORKS = list(product(Norm, Preset))
IMAGES = random_images(20)


def written(model: Model, form: Form, folder: Path) -> Path:
    file = folder / f"model.{form}"
    file.write_bytes(encoded(model, form, "the test"))
    return file


def plain_logits(model: Model, count: int = len(IMAGES)) -> Logits:
    """Return what torch's own layers make of the images, by the network as it was built."""
    network = FromBytes(plain_network(model, "the test"), model.card)
    with torch.no_grad():
        logits: Logits = network(first(count)).numpy()
    return logits


@pytest.mark.parametrize(("norm", "preset"), NETWORKS)
def test_safetensors_have_the_same_bits(norm: Norm, preset: Preset, tmp_path: Path) -> None:
    model = random_model(norm, preset)
    back = read_safetensors(written(model, Form.SAFETENSORS, tmp_path))
    assert back.card == model.card
    assert back.weights.keys() == model.weights.keys()
    assert all(torch.equal(back.weights[name], value) for name, value in model.weights.items())
    assert np.array_equal(plain_logits(back), plain_logits(model))
    # by the C++ layers, where there are any
    assert np.array_equal(logits_of(back, "")(IMAGES), logits_of(model, "")(IMAGES))


def test_a_model_of_other_images_tells_their_size_and_classes(tmp_path: Path) -> None:
    base = random_model(Norm.GROUP, Preset.FAST)
    card = replace(base.card, classes=("cat", "dog", "other"), image_size=64)
    network = build_network(card.norm, card.recipe, card.shape)
    back = read_safetensors(written(Model(card, network.state_dict()), Form.SAFETENSORS, tmp_path))
    assert (back.card, back.card.shape) == (card, NetworkShape(3, 64))
    assert logits_of(back, "")(np.zeros((2, 64, 64, 3), np.uint8)).shape == (2, 3)


def test_a_file_that_tells_no_image_size_is_of_32_pixels() -> None:
    model = random_model(Norm.BATCH, Preset.TUNED)
    metadata = {name: str(text) for name, text in model.card.to_metadata().items()}
    assert "image_size" not in metadata
    assert ModelCard.from_metadata(metadata, "").image_size == 32


@pytest.mark.parametrize(("norm", "preset"), NETWORKS)
def test_onnx_gives_the_same_logits(norm: Norm, preset: Preset, tmp_path: Path) -> None:
    need_onnx()
    model = random_model(norm, preset)
    check_onnx(model, written(model, Form.ONNX, tmp_path))


def test_a_trained_network_gives_the_same_logits_in_every_form(finished: RunFolder, tmp_path: Path) -> None:
    model = model_of_run(finished.path, Keep.LAST)
    back = read_safetensors(written(model, Form.SAFETENSORS, tmp_path))
    assert back.card == model.card
    assert np.array_equal(plain_logits(back), plain_logits(model))
    need_onnx()
    check_onnx(model, written(model, Form.ONNX, tmp_path))
    program = torch.export.load(written(model, Form.PT2, tmp_path)).module()
    for count in (1, 7):
        assert np.array_equal(program(first(count)).detach().numpy(), plain_logits(model, count))


def first(count: int) -> Tensor:
    return torch.from_numpy(IMAGES[:count]).permute(0, 3, 1, 2).contiguous()


def check_onnx(model: Model, file: Path) -> None:
    asked = asked_model(file, Keep.LAST)
    assert asked.card == model.card
    wanted = plain_logits(model)
    difference = np.abs(asked.logits(IMAGES) - wanted).max()
    print(f"{model.card.norm} {model.card.preset}: {difference:.2e} of {np.abs(wanted).max():.2f}")  # noqa: T201 - with -rP
    assert difference <= 1e-4
    assert np.abs(asked.logits(IMAGES[:1]) - wanted[:1]).max() <= 1e-4


def need_onnx() -> None:
    for package in ("onnxscript", "onnxruntime"):
        pytest.importorskip(package, reason="cifar-tui[onnx] is not installed; writing ONNX is slow")
