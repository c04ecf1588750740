"""What the process takes from its environment: the cache folder, the plain path, its processor."""

import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from core.errors import InputError

CACHE_VARIABLE: Final = "CIFAR_TUI_CACHE"
"""The environment variable that names another cache folder."""

MIRROR_VARIABLE: Final = "CIFAR_TUI_MIRROR"
"""The environment variable that names another address of CIFAR-10's archive; `--mirror` sets it."""

PLAIN_VARIABLE: Final = "CIFAR_TUI_PLAIN"
"""The environment variable that asks for the plain path."""


PRECISION_VARIABLE: Final = "CIFAR_TUI_PRECISION"
"""The environment variable that names the precision of the C++ layers."""


def single_precision() -> bool:
    """Tell whether the C++ layers shall compute in single precision where the processor multiplies in bf16.

    ``CIFAR_TUI_PRECISION=single`` asks for it; ``bf16`` is what they do unasked, where the processor can.

    Raises InputError where it names another.
    """
    named = os.environ.get(PRECISION_VARIABLE, "bf16")
    if named not in {"single", "bf16"}:
        raise InputError(f"{PRECISION_VARIABLE} {named}: must be single or bf16")
    return named == "single"


def plain_path() -> bool:
    """Tell whether the environment asks for the plain path: ``CIFAR_TUI_PLAIN=1``.

    It is there to compare the fast ones with: torch's layers, single precision, one launch at a time.
    """
    return os.environ.get(PLAIN_VARIABLE) == "1"


def default_cache_folder() -> Path:
    """Return the folder that `CIFAR_TUI_CACHE` names, else the user's own cache folder.

    Raises InputError where it names the home of no user.
    """
    import platformdirs  # noqa: PLC0415 - screens need the name later than their first frame

    named = os.environ.get(CACHE_VARIABLE)
    try:
        return Path(named).expanduser() if named else platformdirs.user_cache_path("cifar-tui")
    except RuntimeError as error:
        raise InputError(f"{CACHE_VARIABLE} {named}: there is no such user; give the full path") from error


def own_mirror() -> str | None:
    """Return the address that `CIFAR_TUI_MIRROR` names, None where it names none.

    Raises InputError where that is no address.
    """
    named = os.environ.get(MIRROR_VARIABLE)
    return check_mirror(named, MIRROR_VARIABLE) if named else None


def check_mirror(address: str, given: str) -> str:
    """Return `address`, which was given by the flag or variable `given`.

    Raises InputError where it isn't one that a file can be asked for at.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path in {"", "/"}:
        raise InputError(
            f"{given} {address}: must be the address of a cifar-10-python.tar.gz, such as "
            "https://HOST/cifar-10-python.tar.gz"
        )
    return address


def processor_name() -> str:
    """Return the processor's name for people, where the system has none the name of its architecture."""
    import platform  # noqa: PLC0415 - the command line answers without

    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def usable_cores() -> int:
    """Return on how many cores this process may run."""
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
