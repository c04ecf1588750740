import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.bytecode import keep_bytecode
from tests.compiled_ahead import compile_ahead, wait_until_compiled
from tests.event_loop import until_idle
from tests.textual_memory import forget_what_was_drawn, parse_rules_once

keep_bytecode()
os.environ.pop("NO_COLOR", None)  # tests that want it say so
# threads that wait for each other give their cores away: spinning, they make a step three times as dear
# where several processes train on few cores
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# how long an example takes is the machine's affair
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


_NEW_OBJECTS = 20_000  # between two looks for garbage; Python's own 700 are for small programs


def pytest_sessionstart(session: pytest.Session) -> None:
    """Where all tests are to run, compile the C++ layers while they are collected."""
    gc.disable()  # what is imported comes to stay
    config = session.config
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    chosen = config.option.keyword or config.option.markexpr or config.option.collectonly
    if everything and not chosen and not _is_one_of_several():
        temporary: pytest.TempPathFactory = config._tmp_path_factory  # type: ignore[attr-defined] # noqa: SLF001 - as xdist does
        cache = temporary.getbasetemp() / "cache"
        cache.mkdir(mode=0o700)
        compile_ahead(cache)


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, and not again and again through all that was imported."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep what tests decode and compile out of the user's cache, in child processes too."""
    own = tmp_path_factory.getbasetemp()
    # the processes of one test run share it: the layers are compiled once
    folder = (own.parent if _is_one_of_several() else own) / "cache"
    folder.mkdir(mode=0o700, exist_ok=True)
    wait_until_compiled(folder)
    before = os.environ.get("CIFAR_TUI_CACHE")
    os.environ["CIFAR_TUI_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["CIFAR_TUI_CACHE"]
    else:
        os.environ["CIFAR_TUI_CACHE"] = before


def _is_one_of_several() -> bool:
    """Tell whether other processes run tests of the same test run."""
    return "PYTEST_XDIST_WORKER" in os.environ


@pytest.fixture(autouse=True)
def patient_pilot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Textual's pilot wait for the application, not for the processor; it offers no other way in."""
    for module in ("textual.app", "textual.pilot"):
        monkeypatch.setattr(f"{module}.wait_for_idle", until_idle)


@pytest.fixture(autouse=True)
def small_textual(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the last application cost no more than the first."""
    monkeypatch.setattr("textual.css.stylesheet.Stylesheet._parse_rules", parse_rules_once)
    yield
    forget_what_was_drawn()
