"""Who sends files in the benchmark of downloads: our server, and nginx."""

from __future__ import annotations

import getpass
import http.client
import os
import shutil
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from travaux_build.release import Release

from .burst import Burst, Target, burst
from .files import FILES
from .peers import Unavailable
from .peers.peer import START_SECONDS, free_port
from .process import Process

NAMES = ("travaux", "nginx")
NGINX = """
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  sendfile on;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  default_type application/n-quads;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


class Sender(ABC):
    """A server of the files of a release. Life: `start`, any number of `burst`, `stop`."""

    name: str

    def __init__(self, release: Release) -> None:
        self.release = release
        self.port = 0
        self._process: Process | None = None

    @abstractmethod
    def command(self, folder: Path) -> Sequence[str]:
        """The command that serves on `port`; `folder` is its own. Raises `Unavailable`."""

    @abstractmethod
    def path(self, name: str) -> str:
        """The path of the address of a file."""

    def start(self) -> None:
        """Return when the server answers. Raises `Unavailable`."""
        folder = self.release.folder.parents[1] / self.name
        folder.mkdir()
        self.port = free_port()
        self._process = Process(self.command(folder), folder / "output.log", folder, {})
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.is_running:
            with suppress(OSError):
                self._ask(FILES["small"], "")
                return
            time.sleep(0.05)
        raise Unavailable(f"does not start; see {folder}")

    def stop(self) -> None:
        if self._process:
            self._process.stop()
            self._process = None

    def check(self, name: str, asked: str) -> None:
        """Have a file, or a part of it, sent once, and compare it. Raises `Unavailable` if it is another."""
        expected = self.release.path(name).read_bytes()
        if asked:
            first, _, last = asked.removeprefix("bytes=").partition("-")
            expected = expected[int(first) : int(last) + 1]
        if self._ask(name, asked) != expected:
            raise Unavailable(f"{self.name} sends something else for {name} {asked}")

    def burst(self, name: str, asked: str, clients: int, seconds: float) -> Burst:
        """Clients ask for a file, or a part of it, again and again."""
        result = burst(Target(self.port, self.path(name), "*/*", range=asked), clients, seconds)
        if self._process:
            self._process.settle(1)
        return result

    def _ask(self, name: str, asked: str) -> bytes:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", self.path(name), headers={"Range": asked} if asked else {})
            return connection.getresponse().read()


class Travaux(Sender):
    """Our server as `travaux serve` starts it, without the limit on what one client may ask for."""

    name = NAMES[0]

    def command(self, folder: Path) -> Sequence[str]:
        program = Path(sys.executable).with_name("travaux")
        place = ["--releases", str(self.release.folder.parent), "--port", str(self.port)]
        return [str(program), "serve", *place, "--quiet", "--work-per-minute", "0"]

    def path(self, name: str) -> str:
        return f"/releases/{self.release.manifest.version}/{name}"


class Nginx(Sender):
    """One worker of nginx that sends files by the kernel (sendfile)."""

    name = NAMES[1]

    def command(self, folder: Path) -> Sequence[str]:
        program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if program is None:
            raise Unavailable("not installed; Debian has it as nginx-light")
        user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
        text = NGINX.format(user=user, folder=folder, port=self.port, root=self.release.folder)
        (folder / "nginx.conf").write_text(text, encoding="utf-8")
        return [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)]

    def path(self, name: str) -> str:
        return f"/{name}"


def make_senders(release: Release) -> list[Sender]:
    """Ours, then the other."""
    return [Travaux(release), Nginx(release)]
