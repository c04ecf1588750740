"""The C++ structs that Python passes by address, mirrored field by field.

A mirror with other fields than its struct has the C++ layers read and write beyond it. The library reports
the size of every struct, and where one differs it is not used. A size is not everything: a field that fits
into padding, or two of a kind exchanged, is left to the tests of what is computed.
"""

import ctypes
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from core.training.native.errors import StructSizeError

_Structure = TypeVar("_Structure", bound=ctypes.Structure)

MIRRORS: Final[dict[str, type[ctypes.Structure]]] = {}
"""Every mirror, by the name of its struct."""


def check_sizes(functions: ctypes.CDLL, mirrors: Mapping[str, type[ctypes.Structure]] = MIRRORS) -> None:
    """Compare the sizes of `mirrors` with those that the library reports of their structs.

    Raises:
        StructSizeError: one has another size, or the library has no such struct.
    """
    for name, mirror in mirrors.items():
        try:
            size = getattr(functions, f"sizeof_{name}")
        except AttributeError:
            raise StructSizeError(
                f"the library reports no size of the struct {name}: EXPORT_SIZE it"
            ) from None
        size.restype = ctypes.c_int64
        theirs, ours = size(), ctypes.sizeof(mirror)
        if theirs != ours:
            raise StructSizeError(f"the struct {name} has {theirs} bytes in C++ and {ours} in Python")


def _mirror(name: str) -> Callable[[type[_Structure]], type[_Structure]]:
    """Register the mirror of the struct `name`."""

    def register(mirror: type[_Structure]) -> type[_Structure]:
        MIRRORS[name] = mirror
        return mirror

    return register


@_mirror("Source")
class SourceFields(ctypes.Structure):
    """In `activation.hpp`."""

    _fields_ = (
        ("values", ctypes.c_void_p),
        ("scale", ctypes.c_void_p),
        ("shift", ctypes.c_void_p),
        ("stride", ctypes.c_int64),
        ("norm_weight", ctypes.c_void_p),
        ("norm_bias", ctypes.c_void_p),
        ("seed", ctypes.c_uint64),
        ("dropped", ctypes.c_int32),
        ("images", ctypes.c_int32),
        ("side", ctypes.c_int32),
        ("channels", ctypes.c_int32),
        ("kept", ctypes.c_int32),
    )


@_mirror("SourceGradient")
class SourceGradientFields(ctypes.Structure):
    """In `activation.hpp`."""

    _fields_ = tuple(
        (name, ctypes.c_void_p) for name in ("values", "scale", "shift", "norm_weight", "norm_bias")
    )


@_mirror("Weights")
class WeightsFields(ctypes.Structure):
    """In `convolution_layer.cpp`."""

    _fields_ = (
        ("weight", ctypes.c_void_p),
        ("depthwise", ctypes.c_void_p),
        ("outputs", ctypes.c_int32),
        ("kernel", ctypes.c_int32),
    )


@_mirror("WeightsGradient")
class WeightsGradientFields(ctypes.Structure):
    """In `convolution_layer.cpp`."""

    _fields_ = (("weight", ctypes.c_void_p), ("depthwise", ctypes.c_void_p))


@_mirror("Output")
class OutputFields(ctypes.Structure):
    """In `convolution_layer.cpp`."""

    _fields_ = (
        ("values", ctypes.c_void_p),
        ("sums", ctypes.c_void_p),
        ("argmax", ctypes.c_void_p),
        ("residual", ctypes.c_int32),
    )


@_mirror("OutputGradient")
class OutputGradientFields(ctypes.Structure):
    """In `convolution_layer.cpp`."""

    _fields_ = (("values", ctypes.c_void_p), ("sums", ctypes.c_void_p), ("stride", ctypes.c_int64))


@_mirror("Normalization")
class NormalizationFields(ctypes.Structure):
    """In `normalization.cpp`."""

    _fields_ = (
        ("weight", ctypes.c_void_p),
        ("bias", ctypes.c_void_p),
        ("running_mean", ctypes.c_void_p),
        ("running_var", ctypes.c_void_p),
        ("momentum", ctypes.c_double),
        ("eps", ctypes.c_double),
        ("images", ctypes.c_int32),
        ("channels", ctypes.c_int32),
        ("groups", ctypes.c_int32),
        ("pixels", ctypes.c_int32),
        ("whole_batch", ctypes.c_int32),
    )


@_mirror("Slice")
class SliceFields(ctypes.Structure):
    """In `mixing_layer.cpp`."""

    _fields_ = (
        ("weight", ctypes.c_void_p),
        ("first", ctypes.c_int32),
        ("channels", ctypes.c_int32),
        ("kernel", ctypes.c_int32),
        ("dilation", ctypes.c_int32),
        ("pooled", ctypes.c_int32),
    )


@_mirror("Mixing")
class MixingFields(ctypes.Structure):
    """In `mixing_layer.cpp`."""

    _fields_ = (
        ("values", ctypes.c_void_p),
        ("slices", ctypes.c_void_p),
        ("count", ctypes.c_int32),
        ("images", ctypes.c_int32),
        ("side", ctypes.c_int32),
        ("channels", ctypes.c_int32),
    )


@_mirror("MixingGradient")
class MixingGradientFields(ctypes.Structure):
    """In `mixing_layer.cpp`."""

    _fields_ = tuple(
        (name, ctypes.c_void_p) for name in ("values", "weights", "skipped", "scale", "grad_scale")
    )


@_mirror("Normed")
class NormedFields(ctypes.Structure):
    """In `normed.hpp`."""

    _fields_ = (
        ("values", ctypes.c_void_p),
        ("scale", ctypes.c_void_p),
        ("shift", ctypes.c_void_p),
        ("stride", ctypes.c_int64),
        ("weight", ctypes.c_void_p),
        ("bias", ctypes.c_void_p),
        ("eps", ctypes.c_float),
        ("images", ctypes.c_int32),
        ("pixels", ctypes.c_int32),
        ("channels", ctypes.c_int32),
    )


@_mirror("NormedGradient")
class NormedGradientFields(ctypes.Structure):
    """In `normed.hpp`."""

    _fields_ = tuple((name, ctypes.c_void_p) for name in ("values", "scale", "shift", "weight", "bias"))


@_mirror("Gate")
class GateFields(ctypes.Structure):
    """In `gated_layer.cpp`."""

    _fields_ = (
        ("expand", ctypes.c_void_p),
        ("contract", ctypes.c_void_p),
        ("skipped", ctypes.c_void_p),
        ("scale", ctypes.c_void_p),
        ("activation", ctypes.c_int32),
    )


@_mirror("GateGradient")
class GateGradientFields(ctypes.Structure):
    """In `gated_layer.cpp`."""

    _fields_ = (("expand", ctypes.c_void_p), ("contract", ctypes.c_void_p))


@_mirror("Strided")
class StridedFields(ctypes.Structure):
    """In `strided_layer.cpp`."""

    _fields_ = (
        ("values", ctypes.c_void_p),
        ("weight", ctypes.c_void_p),
        ("images", ctypes.c_int32),
        ("side", ctypes.c_int32),
        ("inputs", ctypes.c_int32),
        ("outputs", ctypes.c_int32),
    )


@_mirror("MuonWeight")
class MuonWeightFields(ctypes.Structure):
    """In `muon.cpp`."""

    _fields_ = (
        ("weight", ctypes.c_void_p),
        ("grad", ctypes.c_void_p),
        ("momentum_buffer", ctypes.c_void_p),
        ("matrices", ctypes.c_int32),
        ("rows", ctypes.c_int32),
        ("columns", ctypes.c_int32),
    )


@_mirror("MuonStep")
class MuonStepFields(ctypes.Structure):
    """In `muon.cpp`."""

    _fields_ = (
        ("weights", ctypes.c_void_p),
        ("lr", ctypes.c_void_p),
        ("momentum", ctypes.c_float),
        ("count", ctypes.c_int32),
    )
