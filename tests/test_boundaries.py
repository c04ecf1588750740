"""What may be imported where; import-linter reads the source, these look at a real interpreter."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "torchvision", "torchinfo", "matplotlib", "textual", "tensorboard", "pyarrow")


def imported_by(program: str) -> set[str]:
    """Return which heavy packages a fresh interpreter holds after `program`."""
    probe = f"{program}\nimport sys\nprint(*set({HEAVY!r}).intersection(sys.modules))"
    result = subprocess.run([sys.executable, "-P", "-c", probe], capture_output=True, text=True, check=True)
    return set(result.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "module",
    [
        "core.config.run_config",
        "core.runs.events",
        "core.runs.run_state",
        "core.report",
        "core.supervisor.worker_process",
        "core.supervisor.follower",
        "core.worker.__main__",
        "core.models.__main__",
        "core.dataset.sources",
        "tui.command.attach",
        "tui.command.export",
        "core.api, core.doctor.checkup, tui.command.doctor",
        "tui.cli",
        "tui.command.headless",
        "tui.command.model_export",
        "tui.command.predict",
        "tui.command.launch",
    ],
)
def test_importing_it_brings_nothing_heavy(module: str) -> None:
    assert imported_by(f"import {module}") == set()


def test_the_package_itself_imports_next_to_nothing() -> None:
    program = "import core, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert [name for name in done.stdout.split() if name.startswith(("core.", "numpy", "cattrs"))] == []


def test_no_screen_brings_torch_or_matplotlib() -> None:
    every = "import pkgutil, tui; [__import__(m.name) for m in pkgutil.walk_packages(tui.__path__, 'tui.')]"
    assert imported_by(every) == {"textual"}


def test_help_brings_nothing_heavy() -> None:
    assert imported_by("from tui.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass") == set()


def test_the_probe_sees_what_is_imported() -> None:
    assert imported_by("import textual") == {"textual"}
