"""Ports that nothing listens on."""

import socket


def free_port() -> int:
    """Return a port on which a server can listen now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
