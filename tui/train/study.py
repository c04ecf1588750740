"""A study: a suite with several runs a norm, as a table with a row a seed and a column a group."""

from dataclasses import dataclass

from core.config.suite_config import SuiteConfig
from core.results.labelled_runs import LabelledRun, label_runs
from core.results.seed_groups import SeedGroup, seed_groups
from core.runs.run_state import RunState


@dataclass(frozen=True, slots=True)
class Column:
    """A group's column: its name in parts, such as "batch" and "best", and its colour's name."""

    parts: tuple[str, ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Study:
    """The table's shape, which does not change while the suite trains.

    `places` has a row for each of `seeds` and in it a run's number in the suite for each of `columns`; None
    where the group has no run of that seed. `labels` are the runs' names, in the suite's order.
    """

    seeds: tuple[int, ...]
    columns: tuple[Column, ...]
    places: tuple[tuple[int | None, ...], ...]
    labels: tuple[str, ...]

    def place_of(self, number: int) -> tuple[int, int]:
        """Return row and column of the run `number`."""
        return next((row, line.index(number)) for row, line in enumerate(self.places) if number in line)

    def neighbour(self, number: int, down: int, right: int) -> int:
        """Return the next run from `number` on in a direction, a step 1 or -1, around the table's edges."""
        row, column = self.place_of(number)
        while True:
            row, column = (row + down) % len(self.seeds), (column + right) % len(self.columns)
            if (found := self.places[row][column]) is not None:
                return found

    def runs_in(self, column: int) -> tuple[int, ...]:
        """Return the numbers of a group's runs."""
        return tuple(run for line in self.places if (run := line[column]) is not None)


def study_of(suite: SuiteConfig) -> Study | None:
    """Return the study that `suite` is; None where each norm has but one run."""
    if len({run.norm for run in suite.runs}) == len(suite.runs):
        return None
    # as planned, not as begun: what has begun tells more of its recipe, and is in the same group all the same
    planned = zip(suite.names, suite.runs, strict=True)
    runs = label_runs([RunState(name, planned=config) for name, config in planned])
    groups = seed_groups(runs)
    seeds = tuple(dict.fromkeys(run.seed for run in suite.runs))
    numbers = {name: number for number, name in enumerate(suite.names)}
    by_seed = [{_seed(run): numbers[run.state.name] for run in group.runs} for group in groups]
    return Study(
        seeds,
        tuple(map(_column, groups)),
        tuple(tuple(group.get(seed) for group in by_seed) for seed in seeds),
        tuple(run.label for run in runs),
    )


def _seed(run: LabelledRun) -> int | None:
    return None if run.state.config is None else run.state.config.seed


def _column(group: SeedGroup) -> Column:
    parts = [part for part in group.label.split(", ") if not part.startswith("seed ")]
    return Column(tuple(part.removeprefix("preset ") for part in parts), group.style.colour.name)
