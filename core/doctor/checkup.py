"""All checks of this machine but those of the terminal, section by section."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from core.doctor import devices, disks, images, layers, packages, suites, torch_import
from core.doctor.child import PATIENCE_SECONDS, ExaminingChild
from core.doctor.findings import Finding, Section, Sign, Trouble
from core.environment import CACHE_VARIABLE, default_cache_folder
from core.errors import InputError

NO_CACHE: Final = Trouble(
    key="cache-invalid",
    sign=Sign.PROBLEM,
    symptom="`CIFAR_TUI_CACHE …: there is no such user`",
    says="{reason}",
    means="neither CIFAR-10 nor compiled layers can be kept",
    do=f"mend {CACHE_VARIABLE}, or unset it",
)
NO_CHILD: Final = Trouble(
    key="no-process",
    sign=Sign.PROBLEM,
    symptom="`no worker can start`",
    says="no process can be started: {reason}",
    means="every suite needs one",
    do="end other processes, or raise their limit (ulimit -u)",
)
TROUBLES: Final = {
    "Python and packages": packages.TROUBLES,
    "Folders and disks": (*disks.TROUBLES, NO_CACHE),
    "Suites": suites.TROUBLES,
    "Torch": (*torch_import.TROUBLES, NO_CHILD),
    "Devices": devices.TROUBLES,
    "C++ layers": layers.TROUBLES,
    "Images": images.TROUBLES,
}
"""What can be found, by the sections' titles."""


def check_machine(
    runs_dir: Path,
    data: str,
    *,
    patience: float = PATIENCE_SECONDS,
    also: Callable[[], Iterable[Section]] = tuple,
) -> Iterator[Section]:
    """Yield what was found, each section as soon as it is known; `also` gives more while torch is imported.

    What only torch can tell comes last, after `patience` seconds at the latest.
    """
    cache, no_cache = _cache()
    try:
        child = ExaminingChild()
    except OSError as error:
        yield Section("Torch", (NO_CHILD.found("torch", reason=error.strerror),))
        return
    with child:
        yield _section("Python and packages", packages.check_packages())
        places = (*disks.check_disks(runs_dir, cache), *no_cache)
        yield Section("Folders and disks", places)
        yield from also()
        yield _section("Suites", suites.check_suites(runs_dir))
        examination = child.examination(patience)
    yield _section("Torch", torch_import.check_torch(examination))
    yield _section("Devices", devices.check_devices(examination))
    yield _section("C++ layers", layers.check_layers(examination))
    addresses = examination.vision.addresses if examination.vision is not None else ()
    can_keep = not any(place.trouble == disks.CLOSED_CACHE.key for place in places)
    yield _section("Images", images.check_images(data, cache, addresses, can_keep=can_keep))


def _cache() -> tuple[Path | None, tuple[Finding, ...]]:
    try:
        return default_cache_folder(), ()
    except InputError as error:
        return None, (NO_CACHE.found("cache folder", reason=error),)


def _section(title: str, findings: Iterable[Finding]) -> Section:
    return Section(title, tuple(findings))
