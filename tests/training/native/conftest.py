from pathlib import Path

import pytest

from core.training.native.library import NotAvailableError, native_library


@pytest.fixture(autouse=True)
def native_layers(own_cache: Path) -> None:  # noqa: ARG001 - the machine code is kept there
    try:
        native_library()
    except NotAvailableError as error:
        pytest.skip(f"the C++ layers cannot be had here: {error}")
