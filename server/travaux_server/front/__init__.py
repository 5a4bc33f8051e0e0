"""The front: HTTP/1.1 before WSGI; reads requests whole, gives answers again, bears slow clients."""

from travaux_server.front.hosted import Hosted
from travaux_server.front.limits import Limits
from travaux_server.front.listener import Listener
from travaux_server.front.request import Place

__all__ = ["Hosted", "Limits", "Listener", "Place"]
