"""What the C++ layers take and give, as tensors, and the calls of their functions."""

import ctypes
import threading
from dataclasses import InitVar, dataclass, field
from typing import Any, Final

import torch
from torch import Tensor

from core.training.native.library import native_library
from core.training.native.structures import (
    OutputFields,
    OutputGradientFields,
    SourceFields,
    SourceGradientFields,
    WeightsFields,
    WeightsGradientFields,
)

LANES: Final = 8  # kLanes in convolution.hpp
COLOURS: Final = 3  # of images, which want no gradient
_DROPOUT_ROW: Final = 32  # one hash gives 4 bytes in each lane

_calling = threading.local()


@dataclass(frozen=True, slots=True)
class SourceGradient:
    """Where the gradients of a source's tensors go; None where nobody wants one."""

    values: Tensor | None = None
    scale: Tensor | None = None
    shift: Tensor | None = None
    norm_weight: Tensor | None = None
    norm_bias: Tensor | None = None

    def fields(self) -> ctypes.Structure:
        """Return where the C++ layers write."""
        tensors = (self.values, self.scale, self.shift, self.norm_weight, self.norm_bias)
        return SourceGradientFields(*map(data_ptr, tensors))


@dataclass(slots=True)
class Source:
    """A layer's input: `values` [N, side, side, C] as they are, or normalized, through ReLU and dropout.

    The values are single precision, or of `kept_type`; all else is single precision.

    With `scale` and `shift`, [N, C] (one row expanded, where all images share it), the input is
    dropout(ReLU(values * scale + shift)); with a layer norm's elementwise `norm_weight` and `norm_bias`,
    [side, side, C], ReLU sees (values * scale + shift) * norm_weight + norm_bias. Of 256 activations
    `dropped` are zeroed; which ones depends on `seed` (0 to 2**63 - 1) alone. `sums` [N, 2, C] are the
    values' own, for a normalization to come.

    Whoever takes the source writes its `gradient`, where it has one, and the normalization of its sums
    `grad_sums`, [N, 2, C] or, where every image has the same, [1, 2, C].

    `fields` is what the C++ layers read: of a call that is bound to it, whatever stands there at that moment.
    """

    values: Tensor
    scale: Tensor | None = None
    shift: Tensor | None = None
    norm_weight: Tensor | None = None
    norm_bias: Tensor | None = None
    dropped: InitVar[int] = 0
    seed: InitVar[int] = 0
    sums: Tensor | None = None
    gradient: SourceGradient | None = None
    grad_sums: Tensor | None = field(default=None, init=False)
    fields: SourceFields = field(init=False)

    def __post_init__(self, dropped: int, seed: int) -> None:
        """Lay out the fields.

        Raises:
            ValueError: as for `drop`.
        """
        images, side, _, channels = self.values.shape
        self.fields = SourceFields(
            values=data_ptr(self.values),
            scale=data_ptr(self.scale),
            shift=data_ptr(self.shift),
            stride=0 if self.scale is None else self.scale.stride(0),
            norm_weight=data_ptr(self.norm_weight),
            norm_bias=data_ptr(self.norm_bias),
            images=images,
            side=side,
            channels=channels,
            kept=self.values.dtype is kept_type(),
        )
        self.drop(dropped, seed)

    def drop(self, dropped: int, seed: int) -> None:
        """Drop other activations from now on.

        Raises:
            ValueError: some are to be dropped, and a row of the image has not whole sets of 32 values.
        """
        row = self.fields.side * self.fields.channels
        if dropped and row % _DROPOUT_ROW:
            raise ValueError(f"dropout takes rows of 32 values or a multiple, not {row}")
        self.fields.dropped, self.fields.seed = dropped, seed

    def take(self, values: Tensor) -> None:
        """Have other values, of the same shape and type, from now on."""
        self.values = values
        self.fields.values = data_ptr(values)


@dataclass(frozen=True, slots=True)
class Weights:
    """A convolution's weights, in the order of channels-last memory: `weight` [O, k, k, C].

    Where there is a `depthwise` [C, 1, 3, 3], every channel is convolved with its own kernel first; k is 1.
    """

    weight: Tensor
    depthwise: Tensor | None

    def fields(self) -> ctypes.Structure:
        """Return what the C++ layers read."""
        outputs, kernel = self.weight.shape[:2]
        return WeightsFields(data_ptr(self.weight), data_ptr(self.depthwise), outputs, kernel)

    def gradient(self) -> ctypes.Structure:
        """Return where the C++ layers write, if these are gradients."""
        return WeightsGradientFields(data_ptr(self.weight), data_ptr(self.depthwise))


@dataclass(frozen=True, slots=True)
class Output:
    """What a convolution gives.

    Its `values` [N, side, side, O] with `sums` [N, 2, O], each channel's sum and sum of squares. Where there
    is an `argmax`, the values are the greatest of each 2x2, and it is which of them (bytes, 0 to 3). A
    `residual`'s have the source's values added.
    """

    values: Tensor
    sums: Tensor
    argmax: Tensor | None
    residual: bool

    def fields(self) -> ctypes.Structure:
        """Return what the C++ layers read and write."""
        return OutputFields(data_ptr(self.values), data_ptr(self.sums), data_ptr(self.argmax), self.residual)


def output_gradient(values: Tensor | None, sums: Tensor | None) -> ctypes.Structure:
    """Return what the C++ layers read of the gradients of an `Output`, all contiguous.

    `sums` is [N, 2, O] or, where every image has the same, [1, 2, O].
    """
    stride = 0 if sums is None or len(sums) == 1 else sums.stride(0)
    return OutputGradientFields(data_ptr(values), data_ptr(sums), stride)


def kept_type() -> torch.dtype:
    """Return in what the C++ layers multiply, and keep activations between two of them: bf16 or single."""
    return torch.bfloat16 if native_library().functions.keeps_halves() else torch.float32


def supports_channels(inputs: int, outputs: int) -> bool:
    """Tell whether a convolution from `inputs` to `outputs` channels is supported, forward and backward."""
    functions = native_library().functions
    supported = functions.supports_stem if inputs == COLOURS else functions.supports_channels
    return bool(functions.supports_channels(inputs)) and bool(supported(outputs)) and outputs % LANES == 0


def set_num_threads(count: int) -> None:
    """Let calls from this thread compute on `count` threads; it changes no bit of what they compute."""
    _calling.threads = count


def num_threads() -> int:
    """Return how many threads calls from this thread compute on: as many as torch does, unless set."""
    count: int = getattr(_calling, "threads", 0)
    return count or torch.get_num_threads()


class BoundCall:
    """A C++ function with its arguments: structures and tensors by address, and whole numbers.

    They are held, and what structures and tensors hold is read anew by every call. With `threads`, the number
    of threads comes last.
    """

    __slots__ = ("_function", "_given", "_held", "_threads")

    def __init__(
        self, name: str, *arguments: ctypes.Structure | Tensor | int | None, threads: bool = True
    ) -> None:
        self._function = getattr(native_library().functions, name)
        self._held = arguments
        self._given = [_argument(given) for given in arguments]
        self._threads = threads

    def __call__(self) -> None:
        """Call it."""
        if self._threads:
            self._function(*self._given, ctypes.c_int32(num_threads()))
        else:
            self._function(*self._given)


def data_ptr(tensor: Tensor | None) -> int | None:
    """Return where a tensor's memory begins."""
    return None if tensor is None else tensor.data_ptr()


def _argument(given: ctypes.Structure | Tensor | int | None) -> Any:  # noqa: ANN401 - ctypes names no type
    match given:
        case ctypes.Structure():
            return ctypes.byref(given)
        case int():
            return ctypes.c_int32(given)
        case _:
            return ctypes.c_void_p(data_ptr(given))
