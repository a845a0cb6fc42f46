"""A network of the run's own: loopback alone, with the kernel's plain TCP.

Where the machine paces its senders (BBR), each answer waits for timers, more or fewer by chance: a page from nginx's
cache cost 60 µs of processor and the same bytes as a file 25; without pacing both cost 25. Linux only.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path

NEW_NETWORK = 0x40000000  # CLONE_NEWNET of unshare(2)
CONTROL, PLAIN = Path("/proc/sys/net/ipv4/tcp_congestion_control"), "reno"
SET_FLAGS, UP = 0x8914, 0x1  # SIOCSIFFLAGS and IFF_UP of netdevice(7)


def enter_own_network() -> str:
    """Leave the machine's network, with all processes started from now on; where that is not allowed, stay in it.

    Returns: a phrase for the results: which network, and by what its TCP governs the rate of sending.
    """
    own = ctypes.CDLL(None, use_errno=True).unshare(NEW_NETWORK) == 0
    if own:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14x", b"lo", UP))
        CONTROL.write_text(PLAIN, "ascii")  # of this network alone
    where = "a network of its own" if own else f"the machine's network ({os.strerror(ctypes.get_errno())})"
    return f"{where}, {congestion_control()}"


def congestion_control() -> str:
    """How TCP governs its rate here: a new connection is asked."""
    with socket.socket() as probe:
        return probe.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0").decode("ascii")
