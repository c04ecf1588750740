import json
from dataclasses import replace

import pytest

from core.config.presets import Norm
from core.report.overview_sections import data_notes, title
from core.report.tables import json_report
from core.results.comparison import Verdict, compare
from core.results.data_cautions import DIFFERENT_TEST_IMAGES, data_cautions, same_test_images
from core.results.group_figures import group_figures
from core.results.known_images import identity_of
from core.results.labelled_runs import label_runs
from core.results.run_facts import images
from core.results.seed_groups import seed_groups
from core.results.study_verdict import study_verdict
from core.runs.image_identity import ImageIdentity
from core.runs.run_state import RunState
from tests.report.example_runs import DATA, config, finished_events, state
from tui.text.narrator import notices

UNVERIFIED = (
    "The images are an unverified copy of CIFAR-10: classes and counts are right, the pixels are not "
    "known to be."
)
# what a file has that was written before images were recognised
EARLIER = replace(DATA, identity=None, test_fingerprint=None, test_in_training=None, under_two_labels=None)


def _run(norm: Norm = Norm.BATCH, /, **data: object) -> RunState:
    run = state(finished_events(config(norm)), norm)
    assert run.data is not None
    return replace(run, data=replace(run.data, **data))  # type: ignore[arg-type] # each test gives the right ones


def _cautions(*runs: RunState) -> tuple[str, ...]:
    return data_cautions(label_runs(runs))


def test_of_verified_images_there_is_nothing_to_say() -> None:
    for identity in (ImageIdentity.GENUINE, ImageIdentity.LOSSLESS_COPY, ImageIdentity.JPEG_COPY):
        assert _cautions(_run(identity=identity)) == ()


@pytest.mark.parametrize(
    ("found", "caution"),
    [
        ({"test_in_training": 37, "test_images": 1_000}, "37 of 1,000 test images are also training images."),
        ({"test_in_training": 1}, "1 of 10,000 test images is also a training image."),
        ({"under_two_labels": 1_200}, "1,200 different images have more than one label."),
        ({"under_two_labels": 1}, "1 image has more than one label."),
        ({"identity": ImageIdentity.UNVERIFIED_COPY}, UNVERIFIED),
        (
            {"identity": ImageIdentity.OTHER},
            "The images are not CIFAR-10: neither the limits nor published results are for them.",
        ),
    ],
)
def test_screen_and_report_say_the_same_of_the_images(found: dict[str, object], caution: str) -> None:
    runs = label_runs([_run(**found), _run(Norm.GROUP, **found)])
    assert data_cautions(runs) == (caution,)
    assert caution in study_verdict(runs).cautions
    assert data_notes(runs) == (f"> [!NOTE]\n> {caution}",)


def test_what_was_done_to_the_images_is_told_where_something_was() -> None:
    run = _run(adjustments=("12 images turned by EXIF", "60 images in grey, tripled"))
    said = "12 images turned by EXIF; 60 images in grey, tripled"
    assert images(run)["changed to be read"] == said
    assert "changed to be read" not in images(_run())
    assert next(say() for _, say in notices(run)) == f"batch: changed to be read: {said}"
    told, other = (json.loads(json_report(label_runs([one])))["runs"][0]["data"] for one in (run, _run()))
    assert told["adjustments"] == list(run.data.adjustments if run.data else ())
    assert "adjustments" not in other


def test_images_that_were_held_out_are_told_and_not_judged_otherwise() -> None:
    run = _run(identity=ImageIdentity.OTHER)
    assert run.started is not None
    started = replace(run.started, config=replace(run.started.config, holdout=0.1))
    (said,) = _cautions(replace(run, started=started))
    assert said.startswith("Tested on 10% of the training images, held out: neither the limits nor ")


def test_what_is_not_true_of_all_names_its_runs() -> None:
    runs = label_runs([_run(), _run(Norm.LAYER, identity=ImageIdentity.UNVERIFIED_COPY)])
    (caution,) = data_cautions(runs)
    assert caution == f"layer: t{UNVERIFIED[1:]}"
    assert caution in study_verdict(runs).cautions
    assert data_notes(runs) == (f"> [!NOTE]\n> {caution}",)


def test_of_many_runs_their_number_is_told() -> None:
    seeds = [state(finished_events(config(Norm.BATCH, seed)), "batch") for seed in range(4)]
    found = [replace(run, data=replace(run.data, under_two_labels=2)) for run in seeds if run.data]
    assert _cautions(*found, _run(Norm.LAYER)) == ("4 runs: 2 different images have more than one label.",)


def test_runs_on_different_test_images_are_told_apart_by_those_alone() -> None:
    first = _run(Norm.BATCH)
    trained_on_fewer = _run(Norm.GROUP, fingerprint="sha256:1", train_images=500)
    tested_on_others = _run(Norm.GROUP, test_fingerprint="sha256:1")
    assert same_test_images(label_runs([first, trained_on_fewer]))
    assert _cautions(first, tested_on_others) == (DIFFERENT_TEST_IMAGES,)
    assert study_verdict(label_runs([first, tested_on_others])).lead == DIFFERENT_TEST_IMAGES


def test_of_an_earlier_version_all_images_are_compared() -> None:
    earlier = replace(_run(), data=EARLIER)
    assert same_test_images(label_runs([earlier, _run(Norm.GROUP)]))
    assert not same_test_images(label_runs([earlier, _run(Norm.GROUP, fingerprint="sha256:1")]))


@pytest.mark.parametrize(
    ("label", "fingerprint", "identity"),
    [
        ("CIFAR-10", "sha256:0", ImageIdentity.GENUINE),
        ("CIFAR-10 (JPEG)", "sha256:9e600a2f476bb6b2", ImageIdentity.JPEG_COPY),
        ("CIFAR-10 (JPEG)", "sha256:0", ImageIdentity.UNVERIFIED_COPY),
        ("image folder CIFAR-10 (PNG)", "sha256:0", ImageIdentity.OTHER),
    ],
)
def test_images_of_an_earlier_version_are_known_by_label_and_fingerprint(
    label: str, fingerprint: str, identity: ImageIdentity
) -> None:
    assert identity_of(replace(EARLIER, label=label, fingerprint=fingerprint)) is identity


def test_an_unverified_copy_is_judged_and_compared_as_one() -> None:
    label = "CIFAR-10 (JPEG, unverified copy)"
    run = _run(label=label, identity=ImageIdentity.UNVERIFIED_COPY)
    (figures,) = compare([run])
    assert figures.verdict == Verdict(met=True, note="on an unverified copy of CIFAR-10")
    assert figures.verdict.words == "all met, on an unverified copy of CIFAR-10"
    assert figures.against_published is not None
    assert title(label_runs([run])).startswith(f"# {label}: batch normalization")
    assert '"note": "on an unverified copy of CIFAR-10"' in json_report(label_runs([run]))
    short = compare([replace(run, epochs=run.epochs[:5])])[0].verdict
    assert short.words.endswith(": under 70%, on an unverified copy of CIFAR-10")


def test_seeds_of_which_some_are_on_an_unverified_copy_are_judged_as_one() -> None:
    verified, other = (state(finished_events(config(Norm.BATCH, seed)), "batch") for seed in (0, 1))
    assert other.data is not None
    unverified = replace(other, data=replace(other.data, identity=ImageIdentity.UNVERIFIED_COPY))
    short = replace(unverified, epochs=unverified.epochs[:5])

    def words(*runs: RunState) -> str:
        (group,) = seed_groups(label_runs(runs))
        return group_figures(group).verdict.words

    assert words(verified, unverified) == "all met, on an unverified copy of CIFAR-10"
    assert words(verified, short) == "under 70%: 1 of 2 seeds, on an unverified copy of CIFAR-10"


def test_other_images_are_not_judged() -> None:
    (figures,) = compare([_run(identity=ImageIdentity.OTHER)])
    assert (figures.verdict.words, figures.published) == ("not all of CIFAR-10", None)
