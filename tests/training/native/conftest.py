from pathlib import Path

import pytest

from tests.native_layers import need_native_layers


@pytest.fixture(scope="session", autouse=True)
def native_layers(own_cache: Path) -> None:  # noqa: ARG001 - the machine code is kept there
    need_native_layers()
