"""Whether Python and the packages are of versions that the installed metadata allows."""

import platform
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, metadata, version
from typing import Final

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from core import __version__
from core.doctor.findings import Finding, Sign, Trouble, fine

_DISTRIBUTION: Final = "cifar-tui"
_NAMED: Final = ("torch", "torchvision", "textual", "plotext")  # the others get a line where they are wrong

PYTHON_TOO_OLD: Final = Trouble(
    key="python-version",
    sign=Sign.PROBLEM,
    symptom="`SyntaxError` or `ImportError` at the start",
    says="{version}, not {wanted}",
    means="the program uses what other versions of Python do not have",
    do="uv run cifar-tui, for which uv fetches a Python that fits",
)
NOT_INSTALLED: Final = Trouble(
    key="not-installed",
    sign=Sign.WARNING,
    symptom="it runs from a folder of sources, without `uv run`",
    says="{version}, not installed: no metadata tells which versions of packages fit",
    means="the versions of other packages cannot be checked",
    do="uv sync, then uv run cifar-tui",
)
ANOTHER_INSTALLED: Final = Trouble(
    key="stale-install",
    sign=Sign.WARNING,
    symptom="a change of the sources has no effect, or only in part",
    says="{version} runs, {installed} is installed",
    means="the versions that packages must have are those of another cifar-tui",
    do="uv sync",
)
MISSING: Final = Trouble(
    key="package-missing",
    sign=Sign.PROBLEM,
    symptom="`ModuleNotFoundError`",
    says="not installed; must be {wanted}",
    means="what needs it ends with an ImportError",
    do="uv sync",
)
OUT_OF_RANGE: Final = Trouble(
    key="package-version",
    sign=Sign.WARNING,
    symptom="errors inside a library, after something else was installed beside it",
    says="{version}, not {wanted}",
    means="nobody has tried this version with cifar-tui; it may work, or fail anywhere",
    do="uv sync",
)
TROUBLES: Final = (PYTHON_TOO_OLD, NOT_INSTALLED, ANOTHER_INSTALLED, MISSING, OUT_OF_RANGE)


def installed(package: str) -> str | None:
    """Return the version of a package that is installed, None where it is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def check_packages(
    wanted: Sequence[str] | None = None, installed: Callable[[str], str | None] = installed
) -> Iterator[Finding]:
    """Compare versions with `wanted`, lines such as ``torch>=2,<3``, by itself those of the metadata."""
    yield _python()
    yield _ourselves(installed(_DISTRIBUTION))
    lines = _told("Requires-Dist") if wanted is None else wanted
    needed = [line for line in map(Requirement, lines) if _applies(line)]
    found = {line.name: _package(line, installed(line.name)) for line in needed}
    yield from (found.pop(name) for name in _NAMED if name in found)
    yield from (finding for finding in found.values() if finding.sign is not Sign.OK)
    if all(finding.sign is Sign.OK for finding in found.values()) and found:
        yield fine("others", f"{len(found)} packages, each in its range")


def _python() -> Finding:
    own, system = platform.python_version(), f"{platform.system()} {platform.machine()}"
    for wanted in _told("Requires-Python"):
        if not SpecifierSet(wanted).contains(own, prereleases=True):
            return PYTHON_TOO_OLD.found("Python", version=own, wanted=wanted)
    return fine("Python", f"{own}, {platform.python_implementation()} on {system}")


def _told(field: str) -> Sequence[str]:
    """Return what our own metadata has under a name; nothing where we are not installed."""
    try:
        return metadata(_DISTRIBUTION).get_all(field) or ()
    except PackageNotFoundError:
        return ()


def _ourselves(found: str | None) -> Finding:
    if found is None:
        return NOT_INSTALLED.found(_DISTRIBUTION, version=__version__)
    if found != __version__:
        return ANOTHER_INSTALLED.found(_DISTRIBUTION, version=__version__, installed=found)
    return fine(_DISTRIBUTION, found)


def _applies(line: Requirement) -> bool:
    return line.marker is None or line.marker.evaluate({"extra": ""})


def _package(line: Requirement, found: str | None) -> Finding:
    wanted = str(line.specifier) or "any version"
    if found is None:
        return MISSING.found(line.name, wanted=wanted)
    try:
        fits = line.specifier.contains(Version(found), prereleases=True)
    except InvalidVersion:
        fits = False
    return fine(line.name, found) if fits else OUT_OF_RANGE.found(line.name, version=found, wanted=wanted)
