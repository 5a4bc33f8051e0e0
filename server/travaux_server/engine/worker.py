"""A worker process: it answers one query after the other, each within its seconds, and no more."""

from __future__ import annotations

import os
import socket
from typing import NoReturn

from travaux_server.engine.evaluation import evaluate
from travaux_server.engine.limits import end_after, peak_memory, restrict
from travaux_server.engine.messages import READY, receive_request, send_reply
from travaux_server.engine.store import Loaded


def work(connection: socket.socket, loaded: Loaded, memory: int) -> NoReturn:
    """Answer what comes over `connection` until the server closes it; never returns to the parent's code."""
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silence, descriptor)
    os.close(silence)
    restrict(memory)
    before = peak_memory()
    connection.sendall(READY)
    try:
        while True:
            request, seconds = receive_request(connection)
            end_after(max(seconds, 0.001))
            reply, body = evaluate(loaded, request)
            end_after(0)
            send_reply(connection, reply, body, peak_memory() - before)
    except (EOFError, OSError):
        os._exit(0)
    finally:
        os._exit(1)
