import pytest

from tests.dataset.samples import Recorder


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()
