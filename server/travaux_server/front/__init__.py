"""The front: HTTP/1.1 before WSGI; reads requests whole, gives answers again, bears slow clients."""

from travaux_server.front.answer import Answer, answer_with, lines_of
from travaux_server.front.hosted import Hosted, Turn
from travaux_server.front.limits import Limits
from travaux_server.front.listener import Listener
from travaux_server.front.request import Place, Request
from travaux_server.front.stretch import Stretch

__all__ = [
    "Answer",
    "Hosted",
    "Limits",
    "Listener",
    "Place",
    "Request",
    "Stretch",
    "Turn",
    "answer_with",
    "lines_of",
]
