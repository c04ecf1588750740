"""Runs the tests of the C++ layers on an ARM processor that qemu emulates, by its products in bf16.

    apt-get install g++-aarch64-linux-gnu qemu-user && dpkg --add-architecture arm64 && apt-get update
    uv run python -m tests.training.native.on_arm [arguments of pytest]

Python for ARM comes as packages of Debian 12, torch and the rest as wheels: some 5 GB, kept for the next time
in a folder beside the user's cache. With ``CIFAR_TUI_PRECISION=single`` the products are those of floats.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from core.environment import default_cache_folder

_ROOT: Final = Path(__file__).parents[3]
_TOOLS: Final = ("qemu-aarch64", "aarch64-linux-gnu-g++", "apt-get", "dpkg", "uv")
_PYTHON: Final = "3.11"
_PACKAGES: Final = f"""
python{_PYTHON} python{_PYTHON}-minimal libpython{_PYTHON}-minimal libpython{_PYTHON}-stdlib
libc6 libstdc++6 libgcc-s1 libgomp1 zlib1g libexpat1 libssl3 libffi8 libbz2-1.0 liblzma5 libsqlite3-0
libncursesw6 libtinfo6 libreadline8 libuuid1 libcrypt1
""".split()
# qemu 7.2 knows no processor with bf16 but the greatest; torch's libraries fail with its scalable vectors
_PROCESSOR: Final = "max,sve=off,sme=off"
_COMPILER: Final = (
    '#!/bin/bash\nunset PYTHONPATH\nexec aarch64-linux-gnu-g++ "${@/-mcpu=native/-march=armv8.6-a+bf16}"\n'
)
# what torch's libraries read of the machine, which qemu lets them see as it is: an x86
_ABOUT_A_CORE: Final = """\
processor\t: {number}
Features\t: fp asimd aes pmull crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp bf16 i8mm
CPU implementer\t: 0x41
CPU architecture: 8
CPU variant\t: 0x3
CPU part\t: 0xd0c
CPU revision\t: 1

"""
_CORE: Final = "0x00000000410fd0c0\n"
_TESTED: Final = ("layers", "muon", "wide_network")  # a quarter of an hour
_TEST_PACKAGES: Final = ("hypothesis", "pytest", "pytest-asyncio", "pytest-timeout", "pytest-xdist")
_PYTEST: Final = ("-n", "0", "-q", "--timeout", "0", "-p", "no:cacheprovider")


def main(arguments: list[str]) -> int:
    """Return 0 where all tests pass."""
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        print(f"there is no {', '.join(missing)}; see the head of {__file__}", file=sys.stderr)
        return 2
    folder = default_cache_folder().with_name("cifar-tui-arm")
    machine = folder / "machine"
    if not machine.exists():
        _make_machine(machine)
    environment = os.environ | {
        "PATH": f"{_make_compiler(folder)}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{_ROOT}{os.pathsep}{_install(folder)}",
        "CIFAR_TUI_CACHE": str(folder / "cache"),
    }
    emulator = ("qemu-aarch64", "-cpu", _PROCESSOR, "-L", str(machine))
    python = str(machine / "usr" / "bin" / f"python{_PYTHON}")
    command = [*emulator, python, "-m", "pytest", *_PYTEST, *(arguments or _tests())]
    return subprocess.run(command, cwd=_ROOT, env=environment, check=False).returncode


def _tests() -> list[str]:
    return [str(Path(__file__).with_name(f"test_{name}.py")) for name in _TESTED]


def _make_machine(machine: Path) -> None:
    """Unpack what an ARM Debian has of Python, and what its kernel tells of two cores."""
    parts = machine.with_name("parts")
    parts.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", *(f"{name}:arm64" for name in _PACKAGES)], cwd=parts, check=True)
    unfinished = machine.with_name("unfinished")
    for package in parts.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, unfinished], check=True)
    about = unfinished / "proc" / "cpuinfo"
    about.parent.mkdir(exist_ok=True)
    about.write_text("".join(_ABOUT_A_CORE.format(number=number) for number in range(2)))
    for number in range(2):
        core = unfinished / f"sys/devices/system/cpu/cpu{number}/regs/identification"
        core.mkdir(parents=True, exist_ok=True)
        (core / "midr_el1").write_text(_CORE)
    unfinished.rename(machine)


def _make_compiler(folder: Path) -> Path:
    """Return a folder with a `g++` that compiles for ARM; it runs on the machine itself."""
    compiler = folder / "bin" / "g++"
    compiler.parent.mkdir(exist_ok=True)
    compiler.write_text(_COMPILER)
    compiler.chmod(0o755)
    return compiler.parent


def _install(folder: Path) -> Path:
    """Install what the project and its tests need, as it is for ARM; return the folder of it."""
    site = folder / "site"
    platform = ("--python-platform", "aarch64-manylinux_2_28", "--python-version", _PYTHON)
    wanted = ("-r", "pyproject.toml", *_TEST_PACKAGES, "--target", str(site))
    subprocess.run(["uv", "pip", "install", "-q", *platform, *wanted], cwd=_ROOT, check=True)
    return site


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
