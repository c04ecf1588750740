"""When a test of the C++ layers may be skipped: here, and nowhere else."""

from collections.abc import Callable

import pytest

from core.training.native.errors import NoCompilerError, NotAvailableError
from core.training.native.library import native_library


def need_native_layers(look: Callable[[], object] = native_library) -> None:
    """Skip the test where there is no C++ compiler; fail it where there is one and the layers are not.

    `look` raises what is in the way; by itself it compiles them into the tests' own cache.
    """
    try:
        look()
    except NoCompilerError as error:
        pytest.skip(str(error))
    except NotAvailableError as error:
        pytest.fail(f"no C++ layers: {error}", pytrace=False)
