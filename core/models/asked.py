"""Networks that are asked what images are, whatever file they come from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from core.config.model_form import Form
from core.config.suite_config import Keep
from core.dataset.images import Pixels
from core.errors import InputError
from core.models.card import ModelCard
from core.models.logits import Logits


class AskedModel(NamedTuple):
    """A model and `logits`, which gives [N, classes] of images [N, side, side, 3], bytes, red first."""

    card: ModelCard
    logits: Callable[[Pixels], Logits]


def asked_model(path: Path, keep: Keep) -> AskedModel:
    """Return the model in the run's folder `path`, or in the file, which its ending tells the kind of.

    Torch is imported where it is needed: not by a model in ONNX.

    Raises:
        InputError: it is none of these, or cannot be read.
    """
    if path.is_dir():
        return _of_run(path, keep)
    if not path.is_file():
        raise InputError(f"{path}: must be a run's folder, or a .{Form.SAFETENSORS} or .{Form.ONNX} file")
    match path.suffix.lower():
        case ".safetensors":
            return _of_safetensors(path)
        case ".onnx":
            return _of_onnx(path)
    raise InputError(f"{path}: must end in .{Form.SAFETENSORS} or .{Form.ONNX}, or be a run's folder")


def _of_run(path: Path, keep: Keep) -> AskedModel:
    from core.models.run_weights import model_of_run  # noqa: PLC0415 - see above
    from core.models.torch_logits import logits_of  # noqa: PLC0415 - see above

    model = model_of_run(path, keep)
    return AskedModel(model.card, logits_of(model, str(path)))


def _of_safetensors(path: Path) -> AskedModel:
    from core.models.formats import read_safetensors  # noqa: PLC0415 - see above
    from core.models.torch_logits import logits_of  # noqa: PLC0415 - see above

    model = read_safetensors(path)
    return AskedModel(model.card, logits_of(model, str(path)))


def _of_onnx(path: Path) -> AskedModel:
    try:
        import onnxruntime  # noqa: PLC0415 - an extra's
    except ImportError:
        raise InputError(f"{path}: needs the package onnxruntime; install cifar-tui[onnx]") from None
    onnxruntime.set_default_logger_severity(4)  # what is wrong is told below
    try:
        session: Any = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        metadata = session.get_modelmeta().custom_metadata_map
        (given,) = session.get_inputs()
    except Exception as error:  # it raises whatever its parts do
        raise InputError(f"{path}: is no model that onnxruntime reads") from error
    card = ModelCard.from_metadata(metadata, str(path))

    def logits(images: Pixels) -> Logits:
        try:
            (found,) = session.run(None, {given.name: np.ascontiguousarray(images.transpose(0, 3, 1, 2))})
            return np.asarray(found, np.float32).reshape(len(images), len(card.classes))
        except Exception as error:  # likewise
            raise InputError(f"{path}: gives no answer that onnxruntime or cifar-tui understands") from error

    return AskedModel(card, logits)
