import numpy as np

from core.dataset.demo import demo_images


def test_the_same_images_are_drawn_everywhere() -> None:
    drawn = demo_images()
    # Pinned: another figure means that every recorded demo run was trained on other images.
    assert drawn.fingerprint == "sha256:f64db95d6e21570f"
    assert drawn.fingerprint == demo_images().fingerprint


def test_the_set_is_small_balanced_and_named_as_what_it_is() -> None:
    drawn = demo_images()
    assert (drawn.label, drawn.source) == ("demo shapes (procedural)", "demo")
    assert len(drawn.classes) == len(set(drawn.classes)) == 10
    assert np.bincount(drawn.train.labels).tolist() == [300] * 10
    assert np.bincount(drawn.test.labels).tolist() == [100] * 10


def test_no_image_is_repeated_or_flat() -> None:
    drawn = demo_images()
    images = np.concatenate([drawn.train.images, drawn.test.images])
    assert len({image.tobytes() for image in images}) == 4000
    assert images.std((1, 2)).min() > 5


def test_colour_alone_does_not_give_the_class_away() -> None:
    drawn = demo_images()
    train, test = (split.images.mean((1, 2)) for split in (drawn.train, drawn.test))
    centres = np.stack([train[drawn.train.labels == label].mean(0) for label in range(10)])
    nearest = np.linalg.norm(test[:, None] - centres, axis=2).argmin(1)
    assert (nearest == drawn.test.labels).mean() < 0.2
