import re
from pathlib import Path

from tests.patience import wait_for
from tests.terminal import DASHBOARD
from tests.tmux import Tmux, needs_tmux

pytestmark = needs_tmux
SMALL = ("--demo", "--epochs", "2", "--limit-test", "200")


def test_from_start_to_comparison_with_every_key(tmp_path: Path) -> None:
    with Tmux(tmp_path, columns=100, lines=30) as tmux:
        tmux.run([*DASHBOARD, *SMALL, "--tensorboard", "numbers"])
        choose(tmux)
        train(tmux)
        compare(tmux, tmp_path)
        browse(tmux)
        tmux.type("q")
        assert "the-prompt$" in tmux.wait_for_prompt()
    (suite,) = (tmp_path / "runs").iterdir()
    assert suite.name.endswith("tuned")


def choose(tmux: Tmux) -> None:
    tmux.wait_for("What to train", "[x] batch norm", "41,992 parameters < 50,000", "procedural demo set")
    tmux.type("b")
    tmux.wait_for("[ ] batch norm")
    tmux.type("a")
    tmux.wait_for("[x] batch norm", "[x] layer norm", "[x] group norm")
    tmux.type("p")
    tmux.wait_for("The network with batch norm, fast")
    tmux.type("p")
    tmux.wait_for("The network with batch norm, best")
    tmux.type("p")
    tmux.keys("Down")
    tmux.wait_for("The network with layer norm, reference", "146,008", "≥ 50,000")
    tmux.keys("Space")
    tmux.wait_for("[ ] layer norm")
    tmux.type("lgp")
    tmux.wait_for("[x] layer norm", "[ ] group norm", ", tuned")
    tmux.type("g")
    tmux.keys("Up")
    tmux.wait_for("The network with layer norm, tuned", "[x] group norm")
    tmux.type("e")
    tmux.wait_for("enter next")
    tmux.type("x")
    tmux.wait_for("epochs 2x: must be a whole")
    tmux.keys("BSpace", "Down", "Escape")
    tmux.wait_for("p preset")
    tmux.type("?")
    tmux.wait_for("esc closes")
    tmux.keys("Escape")
    tmux.wait_gone("esc closes")


def train(tmux: Tmux) -> None:
    tmux.keys("Enter")
    tmux.wait_for("● training", "batches/s")
    tmux.type("p")
    tmux.wait_for("‖ paused", "p resume")
    tmux.type("yx")
    tmux.wait_for("loss, logarithmic", "time")
    tmux.type("+")
    tmux.wait_for("smoothed 0.9")
    tmux.type("-")
    tmux.wait_for("smoothed 0.8")
    for _ in range(4):
        tmux.type("f")
    tmux.keys("Tab", "Left", "Left", "Right", "Home", "End")
    tmux.resize(70, 20)
    tmux.wait_for("‖ paused")
    tmux.resize(59, 17)
    tmux.wait_for("needs at least 60 columns and 18 lines")
    tmux.resize(100, 30)
    tmux.wait_for("p resume", "╭─ Log")
    tmux.type("s")
    tmux.wait_for("What should happen to it?")
    tmux.keys("Escape")
    tmux.wait_gone("What should happen to it?")
    tmux.type("k")  # still paused: the first variant has hardly begun, however fast the machine
    tmux.wait_for("end it now and save")
    tmux.type("y")
    tmux.wait_for("■ stopped")
    tmux.keys("Down", "Up")
    tmux.wait_for("r retry")
    tmux.type("r")
    tmux.wait_for("g  go on from its checkpoint")
    tmux.keys("Enter")
    tmux.wait_gone("■ stopped")
    tmux.type("p")
    tmux.wait_for("p resume")
    tmux.type("p")
    tmux.wait_gone("p resume")


def compare(tmux: Tmux, folder: Path) -> None:
    tmux.wait_for("3 Compare", "Generalization gap")  # by itself, at the suite's end
    assert re.search(r"2 of 2\s+2 of 2\s+2 of 2", tmux.screen)
    for _ in range(8):
        tmux.keys("Tab")
        tmux.type("nyx")
    tmux.keys("BTab")
    tmux.type("[]")
    tmux.type("e")
    tmux.wait_for("Write the report to")
    # Textual acts on letters at once, on other keys a little later: wait for each before the next letter
    tmux.keys("C-u")
    tmux.wait_for("a file name is needed")
    tmux.type("report.txt")
    tmux.wait_for("report.txt: must end in")
    tmux.keys("BSpace", "BSpace", "BSpace")
    tmux.wait_for("report.: must end in")
    tmux.type("json")
    tmux.wait_gone("must end in")
    tmux.keys("Enter")
    tmux.wait_for("written: report.json")
    assert '"norm": "group"' in (folder / "report.json").read_text()
    wait_for(lambda: bool(list(folder.glob("numbers/*/group/events.out.tfevents.*"))))


def browse(tmux: Tmux) -> None:
    tmux.type("4")
    tmux.wait_for("3 runs", "finished")
    tmux.type("/")
    tmux.type("layer")
    tmux.wait_for("1 of 3 runs")
    tmux.keys("Escape")
    tmux.wait_gone("1 of 3 runs")
    tmux.type("sSu")
    tmux.keys("Space", "Down", "Space")
    tmux.wait_for("2 marked")
    tmux.type("c")
    tmux.wait_for("Figures", "Curves")
    tmux.type("4")
    tmux.wait_for("3 runs")
    tmux.keys("Enter")
    tmux.wait_for("✓ done 2/2", "╭─ Log")
    tmux.type("1")
    tmux.wait_for("What to train")
    tmux.keys("C-t")
    tmux.keys("C-p")
    tmux.wait_for("Search for commands")
    tmux.type("light")
    tmux.wait_for("Theme: light")
    tmux.keys("Escape")
    tmux.wait_gone("Theme: light")


def test_ascii_without_colour_and_without_a_mouse(tmp_path: Path) -> None:
    with Tmux(tmp_path, columns=80, lines=24) as tmux:
        tmux.run(["env", "NO_COLOR=1", "LC_ALL=C", *DASHBOARD, "--demo", "--no-mouse"])
        screen = tmux.wait_for("What to train", "q quit")
        assert screen.isascii()
        assert "+- What to train" in screen
        tmux.type("q")
        tmux.wait_for_prompt()
