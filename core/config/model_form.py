"""What trained networks are written as."""

from enum import StrEnum


class Form(StrEnum):
    """A kind of model file; its name is the file's ending as well."""

    SAFETENSORS = "safetensors"
    ONNX = "onnx"
    PT2 = "pt2"
