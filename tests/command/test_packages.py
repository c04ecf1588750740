"""What `uv build` makes, installed where nothing else is."""

import os
import shutil
import subprocess
import sys
import sysconfig
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


def lend_bytecode(environment: Path) -> None:
    """Give the packages in `environment` what Python has compiled of the same files here: seconds of work."""
    here = Path(sysconfig.get_path("purelib"))
    there = Path(sysconfig.get_path("purelib", vars={"base": str(environment)}))
    for compiled in here.rglob("__pycache__"):
        if (package := there / compiled.parent.relative_to(here)).is_dir():
            shutil.copytree(compiled, package / compiled.name, copy_function=os.link, dirs_exist_ok=True)


def test_the_wheel_trains_and_reports_outside_the_checkout(tmp_path: Path) -> None:
    run(UV, "build", "--out-dir", tmp_path / "dist", ROOT, cwd=tmp_path)  # the wheel from the sdist
    (wheel,) = (tmp_path / "dist").glob("cifar_tui-*.whl")
    run(UV, "venv", "--python", sys.executable, tmp_path / "empty", cwd=tmp_path)
    run(UV, "pip", "install", "--python", tmp_path / "empty", wheel, cwd=tmp_path)
    lend_bytecode(tmp_path / "empty")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    flags = ("--demo", "--epochs", "1", "--limit-train", "64", "--limit-test", "20", "--norm", "batch,group")

    run(tmp_path / "empty" / "bin" / "cifar-tui", *flags, "--headless", "--export", "r.md", cwd=elsewhere)

    assert sorted(entry.name for entry in elsewhere.iterdir()) == ["r.md", "r_files", "runs"]
    assert "group" in (elsewhere / "r.md").read_text(encoding="utf-8")
