"""Gives the train screen's parts the room that the layout of cards, or of a study's table, has for them."""

from typing import Final

from textual.screen import Screen

from core.config.suite_config import SuiteConfig
from tui.train.card_layout import card_layout
from tui.train.log_panel import LogPanel
from tui.train.overview import CardRow, StudyPanel
from tui.train.progress import ProgressPanel
from tui.train.study import Study
from tui.train.study_grid import StudyGrid
from tui.train.study_layout import TALL, USUAL, Plots, study_layout
from tui.train.variant_card import VariantCard
from tui.train.verdict_line import VerdictLine
from tui.train.watched_panel import WatchedPanel

_CLASSES: Final = ("-study", "-beside", *Plots)
_VERDICT: Final = {False: 2, True: 5}  # lines of it, the cautions included; on a tall screen
_LEAST_VERDICT: Final = 2  # lines that most take, kept so that nothing moves when it comes
_LEAST_STUDY: Final = 40  # lines, before any are given to the watched images
_TOP_AND_BOTTOM: Final = 2  # the screen's own lines
_PADDING: Final = 1  # columns at either side of the verdict


def arrange_study(screen: Screen[None], study: Study, config: SuiteConfig) -> bool:
    """Share out `screen` between the parts of `study`, made from `config`; tell if others are shown."""
    width, height = screen.size.width, screen.size.height - _TOP_AND_BOTTOM
    verdict, log = screen.query_one(VerdictLine), screen.query_one(LogPanel)
    lines = verdict.lines_wanted(width - 2 * _PADDING, _VERDICT[height >= TALL])
    epochs = max(run.epochs for run in config.runs)
    least = _LEAST_VERDICT if height >= USUAL else 1
    panel = screen.query_one(WatchedPanel)
    images = panel.give_lines(panel.lines_wanted(width, height - _LEAST_STUDY))
    layout = study_layout(study, epochs, width, height - images, max(lines, least))
    wanted = {"-study", layout.plots, *(["-beside"] if layout.grid_width else [])}
    before = (screen.classes, log.classes)
    for name in _CLASSES:
        screen.set_class(name in wanted, name)
    table, grid = screen.query_one(StudyPanel), screen.query_one(StudyGrid)
    table.styles.width = layout.grid_width or "100%"
    table.styles.height = layout.grid + layout.card
    grid.styles.height = layout.grid
    grid.tells_of_chosen = layout.card == 0
    for part, given in (
        (verdict, layout.verdict),
        (table.query_one(VariantCard), layout.card),
        (log, layout.log),
        (screen.query_one(ProgressPanel), layout.bars),
    ):
        part.styles.height = given
        part.set_class(given == 0, "-no-room")
    return before != (screen.classes, log.classes)


def arrange_cards(screen: Screen[None]) -> None:
    """Share out `screen` where there is no study: as the stylesheet has it, but for the watched images."""
    screen.remove_class(*_CLASSES)
    cards, log = screen.query_one(CardRow), screen.query_one(LogPanel)
    panel = screen.query_one(WatchedPanel)
    for part in screen.query("#cards, #log, #progress"):
        part.remove_class("-no-room")
        part.styles.clear_rule("height")
    width, height = screen.size.width, screen.size.height - _TOP_AND_BOTTOM
    layout = card_layout(width, height, lambda lines: panel.lines_wanted(width, lines))
    panel.give_lines(layout.images)
    if layout.images:
        cards.styles.height, log.styles.height = layout.cards, layout.log
