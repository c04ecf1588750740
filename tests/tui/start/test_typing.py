from pathlib import Path
from random import Random

from tests.tmux import Tmux, needs_tmux
from tests.tui.start.typed_settings import OPEN, misplaced

pytestmark = needs_tmux


def test_no_key_into_the_settings_is_lost_or_misplaced_however_fast(tmp_path: Path) -> None:
    random = Random(0)  # noqa: S311 - digits to type
    with Tmux(tmp_path, columns=120, lines=40) as tmux:
        tmux.run(OPEN)
        tmux.wait_for("b l g a norms")
        for pace_seconds in (0.0, 0.0, 0.005):
            keys, wrong = misplaced(tmux, random, pace_seconds)
            assert keys > 50
            assert wrong == 0
