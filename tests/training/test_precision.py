import torch

from core.training.precision import forbid_tf32


def test_convolutions_of_single_precision_are_not_rounded_to_tf32() -> None:
    convolutions = torch.backends.cudnn.conv  # type: ignore[attr-defined]
    before = convolutions.fp32_precision
    try:
        forbid_tf32()
        assert convolutions.fp32_precision == "ieee"
        assert torch.backends.cuda.matmul.fp32_precision in {"none", "ieee"}
    finally:
        convolutions.fp32_precision = before
