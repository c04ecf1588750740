import pytest

from core.doctor.findings import Sign
from tui.command.terminal_checks import CRAMPED, DUMB, FEW_COLOURS, TOO_SMALL, Terminal, check_terminal
from tui.frame.sizes import USUAL, Size

XTERM = {"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}


def terminal(size: Size | None = USUAL, colours: str | None = "truecolor", **environment: str) -> Terminal:
    return Terminal(size=size, drawable=True, environment=XTERM | environment, colours=colours)


@pytest.mark.parametrize(
    ("found", "troubles"),
    [
        (terminal(), set()),
        (terminal(size=None), set()),
        (terminal(Size(79, 24)), {CRAMPED.key}),
        (terminal(Size(60, 18)), {CRAMPED.key}),
        (terminal(Size(200, 17)), {TOO_SMALL.key}),
        (terminal(TERM="dumb"), {DUMB.key}),
        (terminal(TERM="xterm", colours="standard"), {FEW_COLOURS.key}),
        (terminal(TERM="no-such-terminal"), set()),
        (terminal(NO_COLOR="1", colours=None), set()),
    ],
)
def test_what_a_terminal_lacks_is_told(found: Terminal, troubles: set[str]) -> None:
    told = [finding for finding in check_terminal(found) if finding.sign is not Sign.OK]
    assert {finding.trouble for finding in told} == troubles


def test_what_a_terminal_is_inside_of_is_told() -> None:
    first = next(check_terminal(terminal(TMUX="/tmp/tmux-0/default,1,0", STY="7.pts")))  # noqa: S108 - as tmux has it
    assert first.says == "xterm-256color, inside tmux and screen"
