"""What `uv build` makes, installed where nothing else is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = os.environ.get("UV") or shutil.which("uv") or ""  # `uv run` tells which it is

pytestmark = pytest.mark.skipif(not UV, reason="no uv, which builds the packages")


def run(*command: str | Path, cwd: Path) -> str:
    # nothing leads back to the environment that the tests run in
    environment = {
        name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}
    }
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_trains_and_reports_outside_the_checkout(tmp_path: Path) -> None:
    run(UV, "build", "--out-dir", tmp_path / "dist", ROOT, cwd=tmp_path)  # the wheel from the sdist
    (wheel,) = (tmp_path / "dist").glob("cifar_tui-*.whl")
    run(UV, "venv", "--python", sys.executable, tmp_path / "empty", cwd=tmp_path)
    run(UV, "pip", "install", "--python", tmp_path / "empty", wheel, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    flags = ("--demo", "--epochs", "1", "--limit-train", "64", "--limit-test", "20", "--norm", "batch,group")

    run(tmp_path / "empty" / "bin" / "cifar-tui", *flags, "--headless", "--export", "r.md", cwd=elsewhere)

    assert sorted(entry.name for entry in elsewhere.iterdir()) == ["r.md", "r_files", "runs"]
    assert "group" in (elsewhere / "r.md").read_text(encoding="utf-8")
