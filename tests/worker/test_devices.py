import re
from contextlib import ExitStack

import pytest

from core.errors import InputError
from core.worker.devices import Machine, Occupancy

ONE = Machine("a processor", ("an H100",))
TWO = Machine("a processor", ("an H100", "an H100"))
MIXED = Machine("a processor", ("an H100", "a T4", "an H100"))
LAPTOP = Machine("a processor", has_mps=True)
SERVER = Machine("a processor")


@pytest.mark.parametrize(
    ("machine", "devices", "places"),
    [
        (SERVER, "auto", ["cpu"]),
        (LAPTOP, "auto", ["mps"]),
        (LAPTOP, "cpu", ["cpu"]),
        (ONE, "auto", ["cuda"]),
        (ONE, "cuda:0", ["cuda:0"]),
        (TWO, "auto", ["cuda:0", "cuda:1"]),
        (TWO, "cuda", ["cuda:0", "cuda:1"]),
        (TWO, "cuda:1", ["cuda:1"]),
        (TWO, "cuda:1,cuda:0", ["cuda:1", "cuda:0"]),
        (TWO, "cpu", ["cpu"]),
        (MIXED, "auto", ["cuda:0", "cuda:2"]),
        (MIXED, "cuda:1", ["cuda:1"]),
    ],
)
def test_the_places_that_runs_may_have(machine: Machine, devices: str, places: list[str]) -> None:
    assert [str(place) for place in machine.places(devices)] == places


@pytest.mark.parametrize(
    ("machine", "devices", "refusal"),
    [
        (SERVER, "cuda", "--device cuda: torch finds no cuda here; must be one of auto, cpu"),
        (ONE, "cuda:0,cuda:1", "torch finds no cuda:1 here; must be one of auto, cpu, cuda:0, cuda"),
        (LAPTOP, "cuda:7", "--device cuda:7: torch finds no cuda:7 here; must be one of auto, cpu, mps"),
        (MIXED, "cuda:0,cuda:1", "the runs of a suite need GPUs of one kind, not an H100, a T4"),
    ],
)
def test_a_device_that_is_not_there_is_refused(machine: Machine, devices: str, refusal: str) -> None:
    with pytest.raises(InputError, match=re.escape(refusal)):
        machine.places(devices)


def test_a_run_gets_the_place_with_the_fewest_runs() -> None:
    occupancy, places = Occupancy(), TWO.places("auto")
    runs = [ExitStack() for _ in range(5)]

    def place(run: int) -> str:
        return str(runs[run].enter_context(occupancy.one_of(places)))

    assert [place(0), place(1), place(2)] == ["cuda:0", "cuda:1", "cuda:0"]
    runs[0].close()
    runs[2].close()
    assert place(3) == "cuda:0"
    runs[1].close()
    assert place(4) == "cuda:1"
