"""A tmux of our own with the real command in it: what a person would see and type."""

import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from uuid import uuid4

import pytest

from tests.patience import Patience, event_bytes

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
_PROMPT = "the-prompt$ "
T = TypeVar("T")
_PAUSE_SECONDS = 0.1  # every look at the screen is a process


class Tmux:
    """A shell in a window of `columns` by `lines`, standing in `folder`; its server ends with it."""

    def __init__(self, folder: Path, *, columns: int = 100, lines: int = 30) -> None:
        self._socket = f"cifar-tui-{uuid4().hex}"
        self._folder = folder
        shell = f"env -u COLUMNS -u LINES -u NO_COLOR LC_ALL=C.UTF-8 PS1={shlex.quote(_PROMPT)} sh"
        size = ("-x", str(columns), "-y", str(lines))
        self._tmux("-f", "/dev/null", "new-session", "-d", *size, "-c", str(folder), shell)
        self._server = int(self._tmux("display-message", "-p", "#{pid}"))
        self._tmux("set-option", "-g", "status", "off")
        self._tmux("set-option", "-sg", "escape-time", "0")
        self._tmux("resize-window", *size)
        self.wait_for(_PROMPT.strip())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tmux("kill-server")

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-L", self._socket, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def run(self, command: Sequence[str]) -> None:
        """Type `command` and Enter at the prompt."""
        self.type(shlex.join(command))
        self.keys("Enter")

    def type(self, text: str) -> None:
        """Type `text` as it is."""
        self._tmux("send-keys", "-l", text)

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names: Enter, Escape, Tab, Up, C-c."""
        self._tmux("send-keys", *names)

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(lines))

    @property
    def screen(self) -> str:
        """What the window shows."""
        return self._tmux("capture-pane", "-p")

    @property
    def cursor(self) -> str:
        """Tell whether the cursor is "shown" or "hidden"."""
        return self._tmux("display-message", "-p", "#{?cursor_flag,shown,hidden}").strip()

    def wait_for(self, *words: str) -> str:
        """Wait until the window shows all of `words`; return the screen, fail where that never comes."""
        return self._wait(lambda screen: all(word in screen for word in words), f"{words}")

    def wait_gone(self, *words: str) -> str:
        """Wait until the window shows none of `words`; return the screen."""
        return self._wait(lambda screen: not any(word in screen for word in words), f"no {words}")

    def wait_until_other(self, than: T, read: Callable[[str], T]) -> str:
        """Wait until what `read` finds on the screen is something other `than` that; return the screen."""
        return self._wait(lambda screen: read(screen) != than, f"anything but {than}")

    def wait_for_prompt(self) -> str:
        """Wait until the shell is back."""
        return self._wait(lambda screen: screen.rstrip().endswith(_PROMPT.strip()), "the prompt")

    def _wait(self, reached: Callable[[str], bool], what: str) -> str:
        patience = Patience(self._server)
        while not reached(screen := self.screen):
            assert patience.lasts(event_bytes(self._folder)), f"never shown: {what}\n{screen}"
            time.sleep(_PAUSE_SECONDS)
        return screen
