"""Files that are no models of ours, or say what no model of ours does."""

import json
from pathlib import Path

import pytest
import safetensors.torch
import torch

from core.config.suite_config import Keep
from core.errors import InputError
from core.models.asked import asked_model
from tests.models.models import card


def saved(folder: Path, metadata: dict[str, str], weights: dict[str, torch.Tensor] | None = None) -> Path:
    file = folder / "model.safetensors"
    file.write_bytes(safetensors.torch.save(weights or {"0.weight": torch.zeros(1)}, metadata))
    return file


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not those of the network"):
        asked_model(saved(tmp_path, card().to_metadata()), Keep.LAST)


def test_a_network_larger_than_any_memory_is_refused_before_it_is_built(tmp_path: Path) -> None:
    recipe = json.loads(card().to_metadata()["recipe"])
    recipe["skeleton"] = {
        "stem": 2**20,
        "units": [{"outputs": 2**20, "convolution": "full", "pools": True}] * 3,
    }
    with pytest.raises(InputError, match="not those of the network"):
        asked_model(saved(tmp_path, card().to_metadata() | {"recipe": json.dumps(recipe)}), Keep.LAST)


@pytest.mark.parametrize(
    "change",
    [
        {"std": "[0, 1, 1]"},
        {"mean": "[1, 2]"},
        {"classes": '["a"]'},
        {"classes": json.dumps(["a"] * 1_001)},
        {"image_size": "48"},
        {"image_size": "1024"},
        {"image_size": "null"},
        {"norm": "none"},
        {"recipe": "[" * 10_000},
        {"seed": "1e999"},
    ],
)
def test_what_no_model_says_is_refused(change: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not tell how"):
        asked_model(saved(tmp_path, card().to_metadata() | change), Keep.LAST)


def test_files_of_others_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cifar-tui export-model"):
        asked_model(saved(tmp_path, {"format": "pt"}), Keep.LAST)
    nonsense = tmp_path / "nonsense.safetensors"
    nonsense.write_bytes(b"\xff" * 100)
    with pytest.raises(InputError, match="no whole safetensors file"):
        asked_model(nonsense, Keep.LAST)
    text = tmp_path / "model.txt"
    text.touch()
    with pytest.raises(InputError, match=r"must end in \.safetensors or \.onnx"):
        asked_model(text, Keep.LAST)


def test_nonsense_in_onnx_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="cifar-tui[onnx] is not installed")
    nonsense = tmp_path / "nonsense.onnx"
    nonsense.write_bytes(b"nonsense")
    with pytest.raises(InputError, match="no model that onnxruntime reads"):
        asked_model(nonsense, Keep.LAST)
