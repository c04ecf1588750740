"""All runs of the open suite: a card each, or of a study the table and a card of the chosen one."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from core.supervisor.follower import Snapshot
from tui.text.suite_progress import study_progress
from tui.train.run_view import views_of
from tui.train.study import Study
from tui.train.study_grid import StudyGrid, StudyView
from tui.train.variant_card import VariantCard


class CardRow(Horizontal):
    """A card a run, side by side."""

    def __init__(self) -> None:
        super().__init__(id="cards")
        self._cards: list[VariantCard] = []

    def begin(self, runs: int) -> None:
        """Make a card for each of so many runs."""
        self.remove_children()  # at the next turn of the loop: until then the old ones can still be found
        self._cards = [VariantCard() for _ in range(runs)]
        self.mount_all(self._cards)

    def show(self, snapshot: Snapshot, chosen: int) -> None:
        """Draw how each run stands; mark the one with the number `chosen`, where there are others."""
        for number, (card, view) in enumerate(zip(self._cards, views_of(snapshot), strict=True)):
            marked = number == chosen and len(self._cards) > 1
            card.show(number, view, f"{view.config.norm} norm", chosen=marked)


class StudyPanel(Vertical):
    """The study's table above the chosen run's card."""

    def __init__(self) -> None:
        super().__init__(id="study")

    def compose(self) -> ComposeResult:
        """Put the card below the table."""
        yield StudyGrid()
        yield VariantCard()

    def show(self, study: Study, snapshot: Snapshot, chosen: int) -> None:
        """Draw how each run stands; mark the one with the number `chosen`."""
        views = views_of(snapshot)
        progress = study_progress(snapshot.state, alive=snapshot.alive)
        self.query_one(StudyGrid).show(StudyView(study, views, chosen, progress))
        self.query_one(VariantCard).show(chosen, views[chosen], study.labels[chosen], chosen=True)
