import pytest

from core.runs.folder import RunFolder
from tests.models.models import trained_run


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Return a run that was trained on the demo set: nobody may change it."""
    return trained_run(tmp_path_factory.mktemp("models") / "runs")
