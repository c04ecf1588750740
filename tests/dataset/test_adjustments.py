"""What was done to images, added up and said."""

import json

import pytest

from core.dataset.adjustments import Adjustments, Kind, Met, adjusted
from core.dataset.picture_size import Size

PHOTO = adjusted(64, Met(Kind.TURNED), Met(Kind.SCALED_AND_CROPPED, Size(4032, 3024)))
SMALL = adjusted(64, Met(Kind.SCALED_AND_CROPPED, Size(120, 90)))
GREY = adjusted(64, Met(Kind.GREY), Met(Kind.PADDED, Size(56, 56)))


def test_they_are_said_in_words() -> None:
    assert str(PHOTO) == "1 image turned by EXIF; 1 image of 4032×3024 scaled and cropped to 64×64"
    total = Adjustments.total([PHOTO, SMALL, SMALL, *[GREY] * 1_000])
    assert total.lines() == (
        "1 image turned by EXIF",
        "1,000 images in grey, tripled",
        "1,000 images of 56×56 padded to 64×64",
        "3 images of 2 sizes, from 120×90 to 4032×3024, scaled and cropped to 64×64",
    )


def test_nothing_is_nothing() -> None:
    assert not Adjustments()
    assert str(Adjustments()) == ""
    assert Adjustments() + PHOTO == PHOTO == PHOTO + Adjustments()


def test_they_come_back_from_a_file() -> None:
    for one in (Adjustments(), PHOTO, PHOTO + SMALL + GREY):
        assert Adjustments.from_json(json.loads(json.dumps(one.to_json()))) == one


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"side": "32", "counts": {}},
        {"side": 32, "counts": []},
        {"side": 32, "counts": {"BLURRED": [[1]]}},
        {"side": 32, "counts": {"GREY": [[]]}},
        {"side": 32, "counts": {"PADDED": [[1, 2, 3, 4]]}},
        {"side": 32, "counts": {"PADDED": [["a", 2, 3]]}},
        {"side": 32, "counts": {"GREY": 3}},
    ],
)
def test_what_is_none_is_refused(record: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Adjustments.from_json(record)
