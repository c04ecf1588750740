import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.pop("NO_COLOR", None)  # tests that want it say so
# how long an example takes is the machine's affair
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep decoded images of tests out of the user's cache, in child processes too."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("CIFAR_TUI_CACHE")
    os.environ["CIFAR_TUI_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["CIFAR_TUI_CACHE"]
    else:
        os.environ["CIFAR_TUI_CACHE"] = before
