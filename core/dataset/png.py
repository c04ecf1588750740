"""Images as events hold them."""

import base64
import io

from PIL import Image

from core.dataset.images import Pixels


def png_text(image: Pixels) -> str:
    """Encode an image, bytes [H, W, 3], as PNG in base64."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()
