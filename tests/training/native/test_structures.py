import ctypes
import inspect

import pytest

from core.training.native import structures
from core.training.native.errors import StructSizeError
from core.training.native.library import native_library
from core.training.native.structures import MIRRORS, check_sizes


class Longer(ctypes.Structure):
    _fields_ = (*MIRRORS["OutputGradient"]._fields_, ("more", ctypes.c_int64))


def test_every_mirror_has_the_size_of_its_struct() -> None:
    found = {c for _, c in inspect.getmembers(structures, inspect.isclass) if issubclass(c, ctypes.Structure)}
    assert set(MIRRORS.values()) == found
    assert len(found) == 17
    check_sizes(native_library().functions)


def test_a_mirror_of_another_size_is_refused_by_its_name_and_both_sizes() -> None:
    functions = native_library().functions
    message = r"the struct OutputGradient has 24 bytes in C\+\+ and 32 in Python"
    with pytest.raises(StructSizeError, match=message):
        check_sizes(functions, MIRRORS | {"OutputGradient": Longer})


def test_a_mirror_of_no_struct_is_refused() -> None:
    with pytest.raises(StructSizeError, match="no size of the struct Nothing"):
        check_sizes(native_library().functions, {"Nothing": Longer})
