"""What is refused of `export-model` and `predict`: one line, exit status 2, nothing written."""

from pathlib import Path

import pytest

from tests.command.programs import everything_in, refused
from tests.runs.made_suites import begun, made_suite, write


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with a suite of two runs, of which one has begun."""
    suite = made_suite(tmp_path / "runs")
    write(suite, "batch", begun("batch"))
    suite.path.rename(tmp_path / "runs" / "SUITE")
    (tmp_path / "photo.png").write_bytes(b"no photo")
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("export-model runs/SUITE", "give one of its runs, batch, group"),
        ("export-model runs/SUITE/layer", "must be a run's folder, or SUITE/RUN below runs"),
        ("export-model SUITE/batch --to pt", "'safetensors', 'onnx', 'pt2'"),
        ("export-model SUITE/batch --to onnx --out m.pt2", "--out m.pt2: must end in .onnx"),
        ("export-model SUITE/batch --out no/m.onnx", "there is no folder"),
        ("export-model SUITE/batch --out empty", "--out empty: must end in .safetensors"),
        ("export-model SUITE/batch --weights first", "'best', 'last'"),
        ("predict SUITE/batch", "the following arguments are required: IMAGES"),
        ("predict SUITE/batch photo.png --top 0", "must be a whole number from 1 to 999"),
        ("predict SUITE/batch empty", "there is no image in it"),
        ("predict nothing photo.png", "must be a run's folder"),
        ("predict photo.png photo.png", "must end in .safetensors or .onnx"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(command: str, told: str, place: Path) -> None:
    before = everything_in(place)
    done = refused(*command.split(), cwd=place)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("cifar-tui: ")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert everything_in(place) == before
