import socket
from importlib.util import find_spec

import pytest

from core.errors import InputError
from core.worker.cluster.joining import joined
from tests.worker.cluster import needs_ray


@needs_ray
def test_where_nobody_answers_it_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(InputError, match=f"--address 127.0.0.1:{port}: no Ray cluster answers there"):
        joined(f"127.0.0.1:{port}")
    with pytest.raises(InputError, match=r"--address 127\.0\.0\.1:99999: no Ray cluster answers there"):
        joined("127.0.0.1:99999")


@pytest.mark.skipif(find_spec("ray") is not None, reason="ray is installed")
def test_without_ray_it_is_said_what_to_install() -> None:
    with pytest.raises(InputError, match=r"ray is not installed; install .* its extra: cifar-tui\[ray\]"):
        joined(None)
