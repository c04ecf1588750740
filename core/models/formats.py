"""A model as the bytes of a file: safetensors, ONNX, or a program of `torch.export`."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import safetensors
import safetensors.torch
import torch

from core.config.model_form import Form
from core.errors import InputError
from core.models.card import ModelCard
from core.models.network import FromBytes, plain_network
from core.models.run_weights import Model

CARD_FILE: Final = "model.json"
"""What the card is called in a program of `torch.export`."""

INPUT: Final = "images"
OUTPUT: Final = "logits"
_MOST_BYTES: Final = 2**28


def encoded(model: Model, form: Form, source: str) -> bytes:
    """Return the file of `model` in `form`; `source` says whose weights they are.

    Raises:
        InputError: the weights are those of another network, or packages are missing that the form needs.
    """
    network = plain_network(model, source)
    if form is Form.SAFETENSORS:
        return safetensors.torch.save(network.state_dict(), model.card.to_metadata())
    encode = {Form.ONNX: _onnx, Form.PT2: _program}[form]
    return encode(FromBytes(network, model.card).eval(), model.card.to_metadata())


def read_safetensors(file: Path) -> Model:
    """Read a model's file that `encoded` made; nothing in it is run.

    Raises:
        InputError: it is something else, or cannot be read.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise InputError(f"{file}: is larger than any network of cifar-tui")
        with safetensors.safe_open(file, framework="pt") as opened:
            card = ModelCard.from_metadata(opened.metadata() or {}, str(file))
            return Model(card, {name: opened.get_tensor(name) for name in opened.keys()})  # noqa: SIM118 - no mapping
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from None
    except safetensors.SafetensorError as error:
        raise InputError(f"{file}: is no whole safetensors file ({error})") from None


def _onnx(network: FromBytes, metadata: Mapping[str, str]) -> bytes:
    try:
        import onnxscript  # noqa: F401, PLC0415 - an extra's
    except ImportError:
        raise InputError(
            "--to onnx: needs the packages onnx and onnxscript; install cifar-tui[onnx]"
        ) from None
    program = torch.onnx.export(
        network,
        (_two_images(network.side),),
        dynamo=True,
        dynamic_shapes={INPUT: {0: "batch"}},
        input_names=[INPUT],
        output_names=[OUTPUT],
        verbose=False,
    )
    if program is None:
        raise RuntimeError("torch.onnx.export gave no program")
    program.model.metadata_props.update(metadata)
    content: bytes = program.model_proto.SerializeToString()
    return content


def _program(network: FromBytes, metadata: Mapping[str, str]) -> bytes:
    batch = torch.export.Dim("batch", min=1)
    program = torch.export.export(network, (_two_images(network.side),), dynamic_shapes={INPUT: {0: batch}})
    content = io.BytesIO()
    torch.export.save(program, content, extra_files={CARD_FILE: json.dumps(metadata)})
    return content.getvalue()


def _two_images(side: int) -> torch.Tensor:
    return torch.zeros((2, 3, side, side), dtype=torch.uint8)  # one would be taken for the only size there is
