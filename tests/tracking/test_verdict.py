from core.runs.events import Event, Record
from core.runs.life_events import RunFinished, RunStopped
from core.runs.tracked_events import ScalarsLogged, TrackingStarted
from core.tracking.tracked_run import TrackedRun, after
from core.tracking.verdict import Goal, goal_of, judged, wanted_tag

TAG = "val/accuracy"


def run_of(
    name: str, value: float, config: dict[str, str] | None = None, *, whole: bool = True
) -> TrackedRun:
    """Return a run that ended with `value`, which it reached from twice as much."""
    events: list[Event] = [
        TrackingStarted(name=name, config=config or {}),
        ScalarsLogged(tag=TAG, steps=(0, 1), values=(2 * value, value), times=(1.0, 2.0)),
        RunFinished() if whole else RunStopped(reason="asked"),
    ]
    return after(TrackedRun(name), [Record(number, 1.0, event) for number, event in enumerate(events)])


def study(rate: str, values: list[float]) -> list[TrackedRun]:
    return [
        run_of(f"{rate}-{seed}", value, {"lr": rate, "seed": str(seed)}) for seed, value in enumerate(values)
    ]


UNDER_WAY = (
    TrackingStarted(name="c"),
    ScalarsLogged(tag=TAG, steps=(0,), values=(0.9,), times=(1.0,)),
)
HIGH = [0.80, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86, 0.87]


def test_a_difference_that_all_seeds_show_is_claimed() -> None:
    low = [value - 0.05 - 0.001 * seed for seed, value in enumerate(HIGH)]
    verdict = judged([*study("0.1", low), *study("0.2", HIGH)], TAG)
    assert [(one.label, len(one.by_seed)) for one in verdict.settings] == [("0.2", 8), ("0.1", 8)]
    (pair,) = verdict.pairs
    assert pair.claimed
    assert (pair.ahead, pair.behind, pair.seeds) == ("0.2", "0.1", 8)
    assert abs(pair.difference - 0.0535) < 1e-9
    assert pair.p == 2 / 2**8


def test_noise_is_not_claimed_and_few_seeds_say_so() -> None:
    noise = [value + (0.01 if seed % 2 else -0.01) for seed, value in enumerate(HIGH)]
    assert not judged([*study("a", HIGH), *study("b", noise)], TAG).pairs[0].claimed
    few = judged([*study("a", HIGH[:3]), *study("b", [0.1, 0.2, 0.3])], TAG).pairs[0]
    assert (few.claimed, few.seeds, few.seeds_needed) == (False, 3, 6)


def test_single_runs_are_ranked_and_not_judged() -> None:
    verdict = judged([run_of("a", 0.5), run_of("b", 0.7)], TAG)
    assert [one.label for one in verdict.settings] == ["b", "a"]
    assert (verdict.pairs[0].p, verdict.pairs[0].claimed) == (None, False)


def test_less_of_a_loss_is_better() -> None:
    assert goal_of("val/loss") is Goal.LEAST
    assert goal_of("val/top1") is Goal.MOST
    assert goal_of("val/top1_err") is goal_of("test/PPL") is Goal.LEAST
    assert goal_of("val/certainty") is Goal.MOST
    verdict = judged([run_of("a", 0.5), run_of("b", 0.7)], TAG, Goal.LEAST)
    assert verdict.settings[0].label == "a"
    assert verdict.pairs[0].difference > 0


def test_a_seed_in_the_name_makes_no_setting_of_its_own() -> None:
    runs = [run_of(f"{net}-seed-{seed}", 0.5 + seed / 10) for net in ("small", "big") for seed in range(2)]
    assert {one.label: sorted(one.by_seed) for one in judged(runs, TAG).settings} == {
        "small": ["0", "1"],
        "big": ["0", "1"],
    }


def test_settings_of_one_name_are_told_apart() -> None:
    runs = [run_of("net", value, {"lr": rate}) for value, rate in ((0.5, "1"), (0.7, "2"))]
    assert {one.label for one in judged(runs, TAG).settings} == {"net", "net (2)"}


def test_runs_that_broke_off_do_not_count_beside_those_that_did_not() -> None:
    broken = run_of("c", 0.9, whole=False)
    verdict = judged([run_of("a", 0.5), run_of("b", 0.7), broken], TAG)
    assert verdict.left_out == ("c",)
    assert judged([broken], TAG).settings[0].label == "c"


def test_an_accuracy_of_unseen_data_is_what_runs_are_judged_by() -> None:
    def tagged(*tags: str) -> TrackedRun:
        logged = [ScalarsLogged(tag=tag, steps=(0,), values=(1.0,), times=(1.0,)) for tag in tags]
        return after(TrackedRun("a"), [Record(0, 1.0, event) for event in logged])

    assert wanted_tag([tagged("lr", "train/loss", "val/loss", "val/acc")]) == "val/acc"
    assert wanted_tag([tagged("lr", "train/loss", "eval_loss")]) == "eval_loss"
    assert wanted_tag([tagged("lr", "train/loss")]) == "train/loss"
    assert wanted_tag([]) is None


def test_names_tell_settings_apart_where_nothing_else_does() -> None:
    def settings(*names: tuple[str, int]) -> list[tuple[str, list[str]]]:
        runs = [run_of(name, 0.5, {"lr": "1", "seed": str(seed)}) for name, seed in names]
        return [(one.label, list(one.by_seed)) for one in judged(runs, TAG).settings]

    assert settings(("vgg-s0", 0), ("vgg-s1", 1), ("res-s2", 2), ("res-s3", 3)) == [
        ("vgg", ["0", "1"]),
        ("res", ["2", "3"]),
    ]
    assert settings(("vgg", 0), ("res", 0)) == [("vgg", ["0"]), ("res", ["0"])]
    assert settings(("mine", 0), ("mine-2", 1), ("mine-3", 2)) == [("mine", ["0", "1", "2"])]
    assert [seeds for _, seeds in settings(("gold-sun", 0), ("red-moon", 1))] == [["0", "1"]]


def test_a_run_under_way_does_not_count_beside_those_that_have_finished() -> None:
    running = after(TrackedRun("c"), [Record(0, 1.0, event) for event in UNDER_WAY])
    assert judged([run_of("a", 0.5), run_of("b", 0.7), running], TAG).left_out == ("c",)


def test_values_that_have_no_mean_are_left_out() -> None:
    verdict = judged([run_of("a-seed-0", 1.7e308), run_of("a-seed-1", 1.7e308), run_of("b", 0.5)], TAG)
    assert (verdict.left_out, len(verdict.settings)) == (("a-seed-0", "a-seed-1"), 1)
