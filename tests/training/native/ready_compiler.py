"""A compiler that takes no time: it gives what was compiled before, and counts how often it is asked."""

from pathlib import Path

import pytest

from core.training.native.compiler import Compiler
from core.training.native.library_cache import LibraryFolder


def kept_bytes(cache: Path) -> bytes:
    """Return the layers that the real compiler made for the cache folder `cache`."""
    file, *_ = LibraryFolder.place(cache).glob("layers-*")
    return file.read_bytes()


class ReadyCompiler:
    """A program `g++` in `folder`, made there, that gives `content` for whatever it is to compile."""

    def __init__(self, folder: Path, content: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._content = folder / "content"
        self._calls = folder / "calls"
        script = folder / "g++"
        lines = (
            "#!/bin/sh",
            '[ "$1" = --version ] && exit',
            f'case "$*" in *-shared*) echo >> "{self._calls}" ;; esac',  # once, whatever sources there are
            "for last; do :; done",  # what comes behind -o
            f'cp "{self._content}" "$last"',
        )
        script.write_text("\n".join(lines))
        script.chmod(0o755)
        self.compiler = Compiler(str(script))
        self.gives(content)

    def gives(self, content: bytes) -> None:
        """Give `content` from now on."""
        self._content.write_bytes(content)

    def be_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Be the compiler that this process and its children find."""
        monkeypatch.setenv("PATH", str(self._folder), prepend=":")

    @property
    def compilations(self) -> int:
        """How often something was compiled."""
        return len(self._calls.read_text().splitlines()) if self._calls.exists() else 0
