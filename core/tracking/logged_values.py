"""Values as loops log them: numbers of any library, tensors on any device, pictures."""

import base64
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from core.runs.limits import MOST, MOST_PIXELS

_GREY, _COLOUR = 2, 3  # dimensions
_CHANNELS: Final = {1, 3, 4}
_MOST_OF_ONE, _MOST_OF_ALL = 10_000, 2**18  # characters of what a run is made from
_DEEPEST: Final = 16


def held(value: Any) -> Any:  # noqa: ANN401 - whatever a loop logs
    """Return `value` as it is now, for `number` to read later: nothing waits for a device here.

    A tensor may be changed in place by the loop's next line, so a copy is taken; on a device, it is queued
    behind what computes the value.
    """
    if isinstance(value, (float, int)):
        return value
    if hasattr(value, "detach"):  # torch's, which is not imported here
        return value.item() if value.is_cpu and value.numel() == 1 else value.detach().clone()
    return value.item() if getattr(value, "size", 0) == 1 and hasattr(value, "setflags") else value  # NumPy's


def number(value: Any) -> float:  # noqa: ANN401 - as above
    """Return what `held` kept as a number; here a device is waited for.

    Raises:
        TypeError: it is none.
        ValueError: it is none, or more than one.
        RuntimeError: it is a tensor of several.
    """
    return float(value)


def step_of(step: Any) -> int:  # noqa: ANN401 - as above
    """Return a step as a whole number.

    Raises:
        TypeError: it is none.
        ValueError: it is none, or one that no reader takes: what is logged along with it would be lost.
        OverflowError: it is infinite.
    """
    if not 0 <= (whole := int(step)) <= MOST:
        raise ValueError(f"a step is from 0 to {MOST:,}, and not {str(step)[:20]}")
    return whole


def texts(config: Any) -> dict[str, str]:  # noqa: ANN401 - a mapping, dataclass or namespace
    """Return what a run is made from as texts, by names that are joined with "/" where they are nested.

    Raises:
        TypeError: `config` has no names.
    """
    found = _named(config)
    return dict(_flat(vars(config) if found is None else found, depth=0))


def fitting(config: Mapping[str, str]) -> dict[str, str]:
    """Return as many settings as an event's line has room for; the last one counts those left out."""
    fit: dict[str, str] = {}
    room = _MOST_OF_ALL
    for name, text in config.items():
        room -= len(name) + len(text)
        if room < 0:
            return fit | {"…": f"{len(config) - len(fit):,} more"}
        fit[name] = text
    return fit


def _named(value: Any) -> Mapping[Any, Any] | None:  # noqa: ANN401 - as for texts
    if is_dataclass(value) and not isinstance(value, type):
        # asdict() would copy what they hold: a network, or a lock that cannot be copied
        return {field.name: getattr(value, field.name, None) for field in fields(value)}
    return value if isinstance(value, Mapping) else None


def _flat(config: Mapping[Any, Any], depth: int) -> Iterator[tuple[str, str]]:
    for name, value in config.items():
        nested = _named(value) if depth < _DEEPEST else None  # one may hold itself
        if nested:
            yield from ((_cut(f"{name}/{inner}"), text) for inner, text in _flat(nested, depth + 1))
        else:
            yield _cut(str(name)), _text(value)


def _text(value: Any) -> str:  # noqa: ANN401 - as for texts
    try:
        return _cut(str(value))
    except Exception as error:  # noqa: BLE001 - one setting is not worth the others
        return f"{type(value).__name__}: cannot be told ({error})"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_OF_ONE else f"{text[:_MOST_OF_ONE]}…"


def png(image: Any) -> str:  # noqa: ANN401 - as above
    """Return a picture as PNG in base64, made smaller where it has more pixels than an event may have.

    It is one of Pillow's, or an array or tensor [H, W], [H, W, C] or [C, H, W] of bytes, or of numbers from
    0 to 1. Imports NumPy and Pillow.

    Raises:
        ValueError: it is no picture.
    """
    from PIL import Image  # noqa: PLC0415 - few loops log pictures

    picture = image if isinstance(image, Image.Image) else Image.fromarray(_pixels(image))
    pixels = picture.width * picture.height
    if pixels > MOST_PIXELS:
        scale = math.sqrt(MOST_PIXELS / pixels)
        smaller = (max(1, int(picture.width * scale)), max(1, int(picture.height * scale)))
        picture = picture.resize(smaller)
    buffer = io.BytesIO()
    (picture if picture.mode in {"L", "RGB", "RGBA"} else picture.convert("RGB")).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def _pixels(image: Any) -> Any:  # noqa: ANN401 - an array
    import numpy as np  # noqa: PLC0415 - as above

    array = np.asarray(image.detach().cpu() if hasattr(image, "detach") else image)
    if array.ndim == _COLOUR and array.shape[-1] not in _CHANNELS and array.shape[0] in _CHANNELS:
        array = np.moveaxis(array, 0, -1)
    if array.ndim == _COLOUR and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim not in {_GREY, _COLOUR} or not array.size or array.shape[2:] not in {(), (3,), (4,)}:
        raise ValueError(f"no picture has the shape {tuple(array.shape)}")
    if array.dtype != np.uint8:
        array = (np.nan_to_num(array.astype(float)).clip(0, 1) * 255).round().astype(np.uint8)
    return array
