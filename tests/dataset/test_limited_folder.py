from dataclasses import replace
from pathlib import Path

import pytest

from core.config.image_options import ImageOptions
from core.dataset.cache import MAX_ENTRIES, ImageCache
from core.dataset.image_folder import load_image_folder
from core.dataset.images import ImageSet, Limits, limited
from core.dataset.recognition import KnownSet, content_digest
from core.errors import InputError
from core.runs.image_identity import ImageIdentity
from tests.dataset.samples import CLASSES, Recorder, write_image_folder
from tests.dataset.trees import files, pack, png, write


@pytest.mark.parametrize("packing", [None, "tar.gz"])
def test_of_a_limited_set_no_more_is_decoded_and_the_same_is_chosen(
    tmp_path: Path, recorder: Recorder, packing: str | None
) -> None:
    content = files("{train,test}/{a,b,c}/{30}.png")
    path = write(tmp_path / "set", content) if packing is None else pack(tmp_path / "set.tar.gz", content)
    limits = Limits(train=20, test=None)
    cache = ImageCache(tmp_path / "cache", recorder.notice)
    some = load_image_folder(path, cache, recorder.progress, limits=limits)
    assert recorder.reports[-1] == ("decoding images", 110, 110)
    whole = load_image_folder(path, cache, recorder.progress)
    assert some.fingerprint == limited(whole, 20, None).fingerprint
    recorder.reports.clear()
    assert load_image_folder(path, cache, recorder.progress, limits=limits).fingerprint == some.fingerprint
    other = load_image_folder(path, cache, recorder.progress, limits=Limits(train=7, test=7))
    assert other.fingerprint == limited(whole, 7, 7).fingerprint
    assert recorder.reports == []  # the whole set is in the cache
    with pytest.raises(InputError, match="--limit-train 91: this set has 90 training images"):
        load_image_folder(path, cache, recorder.progress, limits=Limits(train=91))


def test_of_a_limited_set_its_own_adjustments_are_told(tmp_path: Path, recorder: Recorder) -> None:
    folder = write(tmp_path / "set", {name: png(3, (40, 30)) for name in files("{train,test}/{a,b}/{9}.png")})
    cache = ImageCache(tmp_path / "cache", recorder.notice)
    limits = Limits(train=4, test=2)
    said = "6 images of 40×30 scaled and cropped to 32×32"
    assert str(load_image_folder(folder, cache, recorder.progress, limits=limits).adjustments) == said
    load_image_folder(folder, cache, recorder.progress)
    assert not load_image_folder(folder, cache, recorder.progress, limits=limits).adjustments
    assert recorder.notices == [f"--data set: of all 36 images of this set: {said.replace('6', '36', 1)}"]


def test_some_images_of_what_looks_like_a_known_set_are_not_verified(
    tmp_path: Path, recorder: Recorder
) -> None:
    folder = write_image_folder(tmp_path / "copy", ".jpg", per_class=(2, 1))
    cache = ImageCache(tmp_path / "cache", recorder.notice)
    known = KnownSet(CLASSES, 2, 1, "")

    def load(limits: Limits, known: KnownSet = known) -> ImageSet:
        return load_image_folder(folder, cache, recorder.progress, limits=limits, known=known)

    for _ in range(2):  # from the cache, too
        some = load(Limits(train=10))
        assert (some.label, some.identity) == (
            "CIFAR-10 (JPEG, unverified copy)",
            ImageIdentity.UNVERIFIED_COPY,
        )
        said = "whether it is CIFAR-10 is not verified: that takes all of its images"
        assert recorder.notices[-1] == f"--data copy: {said}"
    verified = replace(known, jpeg_digest=content_digest(load(Limits())))
    assert load(Limits(train=10), verified).identity is ImageIdentity.JPEG_COPY


def test_limited_sets_leave_the_whole_ones_in_the_cache(tmp_path: Path, recorder: Recorder) -> None:
    folder = write(tmp_path / "set", files("{train,test}/{a,b}/{9}.png"))
    cache = ImageCache(tmp_path / "cache", recorder.notice)
    other = ImageOptions(holdout=0.5)
    load_image_folder(folder, cache, recorder.progress, options=other)
    for count in range(1, 8):
        load_image_folder(folder, cache, recorder.progress, limits=Limits(train=count))
    recorder.reports.clear()
    load_image_folder(folder, cache, recorder.progress, options=other)
    assert recorder.reports == []
    assert len([path for path in cache.folder.iterdir() if path.is_dir()]) == 1 + MAX_ENTRIES
