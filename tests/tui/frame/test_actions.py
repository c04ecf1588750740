from collections import Counter
from typing import Any

import pytest
from textual.binding import Binding

from tui.app.dashboard import Dashboard
from tui.charts.chart import Chart
from tui.compare.screen import CompareScreen
from tui.frame.action import Action, Place, key_words
from tui.frame.actions import ACTIONS, actions, bindings
from tui.runs.screen import RunsScreen
from tui.start.screen import StartScreen
from tui.tracked.screen import TrackedScreen
from tui.train.screen import TrainScreen

OWNERS: dict[Place, type[Any]] = {
    Place.EVERYWHERE: Dashboard,
    Place.START: StartScreen,
    Place.TRAIN: TrainScreen,
    Place.COMPARE: CompareScreen,
    Place.RUNS: RunsScreen,
    Place.TRACKED: TrackedScreen,
    Place.CHART: Chart,
}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: str(action.binding_id))
def test_every_action_is_carried_out_by_its_place(action: Action) -> None:
    assert callable(getattr(OWNERS[action.place], f"action_{action.base_name}"))


@pytest.mark.parametrize("place", Place)
def test_a_place_has_the_keys_of_the_registry_and_no_others(place: Place) -> None:
    # a key for the system alone, such as ctrl+c, is the terminal's habit and in no list
    bound = [
        binding for binding in OWNERS[place].BINDINGS if not (isinstance(binding, Binding) and binding.system)
    ]
    assert bound == bindings(place)


@pytest.mark.parametrize("place", Place)
def test_a_key_does_one_thing_at_a_place_and_is_not_taken_from_everywhere(place: Place) -> None:
    here = [(key, action) for action in actions(place) for key in action.keys.split(",")]
    pairs = {
        ("pause", "resume"),
        ("follow_one", "follow_all"),
        ("train", "next_field"),
        ("retry", "train_longer"),
        ("leave_details", "leave_filter"),
    }  # one key for what can never be done at the same time
    for key, times in Counter(key for key, _ in here).items():
        names = tuple(action.name for other, action in here if other == key)
        assert times == 1 or names in pairs, (key, names)
    if place is not Place.EVERYWHERE:
        common = {key for action in actions(Place.EVERYWHERE) for key in action.keys.split(",")}
        assert common.isdisjoint(key for key, _ in here)


def test_no_two_bindings_share_an_id() -> None:
    assert len({action.binding_id for action in ACTIONS}) == len(ACTIONS)


@pytest.mark.parametrize(
    ("key", "words"),
    [("ctrl+p", "^p"), ("shift+tab", "shift-tab"), ("question_mark", "?"), ("S", "S"), ("escape", "esc")],
)
def test_keys_are_written_as_people_do(key: str, words: str) -> None:
    assert key_words(key) == words
