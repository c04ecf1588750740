"""Every command and program of the page about models, run as it stands there on a run that was trained."""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from core.runs.folder import RunFolder
from core.runs.suite_state import states_in
from tests.command.programs import run
from tests.documents.pages import arguments, blocks, commands
from tests.models.models import evaluated_images

COMMANDS = commands("models")
PROGRAMS = blocks("models", "python")
HAS_ONNX = all(map(find_spec, ("onnxscript", "onnxruntime")))


@pytest.fixture(scope="module")
def place(finished: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all that the page's commands name."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(finished.path.parent, folder / "runs" / "SUITE")
    (state,) = states_in(finished.path)
    assert state.data is not None
    tested = evaluated_images()
    for number, (pixels, label) in enumerate(zip(tested.images, tested.labels, strict=True)):
        file = folder / "images" / "test" / state.data.classes[label] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(file)
    (folder / "holiday").mkdir()
    for name in ("photo.jpg", "holiday/a.png", "holiday/b.png"):
        Image.fromarray(tested.images[0]).resize((90, 70)).save(folder / name)
    (folder / "holiday" / "b.png").write_bytes(b"broken")
    return folder


def needs_onnx(text: str) -> bool:
    return "onnx" in text or "pt2" in text  # torch.export takes as long as the writing of ONNX


def test_the_commands_do_what_they_say(place: Path, finished: RunFolder) -> None:
    (state,) = states_in(finished.path)
    correct = state.tests[-1].correct
    for command in COMMANDS:
        if needs_onnx(command) and not HAS_ONNX:
            continue
        verb, *given = arguments(command)
        done = run(verb, *given, cwd=place)
        assert (done.returncode, verb) in {(0, "export-model"), (0, "predict"), (1, "predict")}, done.stderr
        if verb == "export-model":
            written = place / done.stdout.strip()
            assert written.stat().st_size > 150_000
            assert f"after epoch 2 of 2: {state.last_accuracy:.2%}" in done.stderr
        elif "images/test" in command:
            assert f"\n{correct} of 300 right: {state.last_accuracy:.2%}\n" in done.stdout
        elif "holiday" in command:
            assert done.returncode == 1
            assert re.search(r"^photo\.jpg +\w+ \d+\.\d% .*\nholiday/a\.png ", done.stdout, re.MULTILINE)
            assert "cifar-tui: holiday/b.png: can't be read (no picture" in done.stderr
        else:
            assert len(done.stdout.splitlines()) == 16


def test_the_programs_run(place: Path) -> None:
    if not HAS_ONNX:
        pytest.skip("cifar-tui[onnx] is not installed")
    for program in PROGRAMS:
        subprocess.run([sys.executable, "-c", program], cwd=place, check=True)
