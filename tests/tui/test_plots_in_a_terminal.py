"""Plots in a real terminal, by key and by mouse: a finished suite, and no training."""

import re
from pathlib import Path

from core.config.presets import Norm
from tests.report.example_runs import config
from tests.terminal import DASHBOARD
from tests.tmux import Tmux, needs_tmux
from tests.tui.charts.stepped_runs import stepped_events
from tests.tui.runs.suites_on_disk import make_suite, write

pytestmark = needs_tmux
_ENDS = ("batch 73.5", "group 70.6", "layer 67.8")  # beside the accuracies' ends


class Mouse:
    """Sends what a terminal sends (SGR) about places of the window, counted from 0."""

    def __init__(self, tmux: Tmux) -> None:
        self._tmux = tmux

    def _send(self, button: int, place: tuple[int, int], ends: str = "M") -> None:
        self._tmux.type("".join(f"\x1b[<{button};{place[0] + 1};{place[1] + 1}{end}" for end in ends))

    def move(self, place: tuple[int, int]) -> None:
        self._send(35, place)

    def wheel(self, place: tuple[int, int], *, closer: bool) -> None:
        self._send(64 if closer else 65, place)

    def click(self, place: tuple[int, int], times: int = 1) -> None:
        self._send(0, place, "Mm" * times)  # at once: what comes later is another click


def place_of(tmux: Tmux, words: str, *, in_line_with: str) -> tuple[int, int]:
    """Return where `words` stand on the window."""
    line, text = next((y, text) for y, text in enumerate(tmux.screen.splitlines()) if in_line_with in text)
    return text.index(words, text.index(in_line_with)), line


def ticks(screen: str) -> list[list[str]]:
    """Return what is written below the two plots, side by side."""
    (below,) = re.findall(r"^│(epoch .*)││(epoch .*)│$", screen, re.MULTILINE)
    return [plot.split()[1:] for plot in below]


def read_at(screen: str) -> list[str]:
    """Return at which epoch each plot is read."""
    return re.findall(r" ([\d.]+): ●", screen)


def test_plots_are_looked_at_and_read_by_key_and_by_mouse(tmp_path: Path) -> None:
    suite = make_suite(tmp_path / "runs")
    for norm in Norm:
        write(suite, norm, stepped_events(config(norm), 20))
    with Tmux(tmp_path, columns=120, lines=40) as tmux:
        tmux.run([*DASHBOARD, "attach", str(suite.path)])
        whole = ticks(tmux.wait_for(*_ENDS, "m more"))
        by_key(tmux, whole)
        by_mouse(tmux, whole)
        tmux.type("q")
        tmux.wait_for_prompt()


def by_key(tmux: Tmux, whole: list[list[str]]) -> None:
    tmux.keys("Tab", "Tab")
    tmux.wait_for("c closer")
    tmux.type("c")
    closer = ticks(tmux.wait_for("0 whole"))
    assert closer != whole
    assert closer[0] == closer[1]  # both look at the same
    tmux.type(",")
    tmux.wait_until_other(closer, ticks)
    tmux.type("0")
    tmux.wait_gone("0 whole")
    assert ticks(tmux.screen) == whole
    tmux.keys("Left")
    assert read_at(tmux.wait_for("20: ●0.752/", "20: ●73.5/")) == ["20", "20"]  # one crosshair through both
    tmux.keys("Home")
    tmux.wait_gone(" 20: ●")
    tmux.keys("Escape")
    tmux.wait_for("━● test")
    tmux.type("o")
    assert _ENDS[0] in tmux.wait_gone(*_ENDS[1:])
    tmux.type("ooo")
    tmux.wait_for(*_ENDS)
    tmux.type("h")
    tmux.wait_gone(_ENDS[0])
    tmux.type("hhh")
    tmux.wait_for(*_ENDS)


def by_mouse(tmux: Tmux, whole: list[list[str]]) -> None:
    mouse = Mouse(tmux)
    middle = (85, 18)  # in the accuracies
    mouse.wheel(middle, closer=True)
    closer = ticks(tmux.wait_for("0 whole"))
    assert closer != whole
    for _ in range(2):
        mouse.wheel(middle, closer=False)
    tmux.wait_gone("0 whole")
    mouse.move(middle)
    first, second = read_at(tmux.wait_until_other(list[str](), read_at))
    assert first == second
    mouse.move((85, 33))  # over the log
    tmux.wait_for("━● test")
    layer = place_of(tmux, "layer", in_line_with="─ accuracy ")
    mouse.click(layer)
    tmux.wait_gone(_ENDS[2])
    tmux.type("hh")  # a second click might come soon enough to be one of two
    tmux.wait_for(*_ENDS)
    mouse.click(layer, times=2)
    assert _ENDS[2] in tmux.wait_gone(*_ENDS[:2])
