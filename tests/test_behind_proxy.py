"""Below a path and behind a reverse proxy: everything leads to where readers reach the server."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path

import pytest
from signposting import find_signposting_html, find_signposting_http, find_signposting_linkset

from travaux_build.release import Release
from travaux_server.selftest.subject import NoAnswer, Subject

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = (
    *("", "doc/meeting/spring", "dataset", "catalogue", "ontology", "shapes", "graph/record"),
    *("browse/Plant", "download", "releases", "releases/2026.01.1", "sparql", "queries"),
)
CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /mounted/ {{ proxy_pass http://127.0.0.1:{behind}; proxy_set_header Host wrong.example; }}
  }}
}}
"""


@pytest.fixture(scope="module")
def proxy(small_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """A proxy, with the settings that it has when nothing is said, before a server mounted below a path."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("proxy")
    port, behind = free_port(), free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port, behind=behind))
    serve: list[str | Path] = [
        Path(sys.executable).with_name("travaux"),
        "serve",
        "--releases",
        small_release.folder.parent,
    ]
    serve += ["--quiet", "--workers", "2", "--work-per-minute", "0", "--port", str(behind)]
    serve += ["--prefix", "/mounted", "--public-url", f"http://127.0.0.1:{port}/mounted"]
    with started(serve), started([NGINX, "-p", folder, "-c", configuration]) as process:
        subject = Subject(process, port, folder / "error.log")
        for _ in range(400):
            with suppress(NoAnswer):
                if subject.ask("/mounted/health").status == 200:
                    break
            time.sleep(0.05)
        yield subject


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def started(command: Sequence[str | Path]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


@pytest.mark.parametrize("path", PAGES)
def test_all_links_lead_through_the_proxy(proxy: Subject, path: str) -> None:
    """Every address in a page and in its headers stands below the path, and answers there."""
    page = proxy.ask(f"/mounted/{path}", headers=BROWSER)
    assert page.status == 200
    text = page.body.decode()
    assert "wrong.example" not in text
    assert "wrong.example" not in str(page.headers)
    found = {unescape(link) for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', text)}
    found |= set(re.findall(r"<(/[^>]*)>;", page.headers.get("link", "")))
    assert len(found) > 5
    for link in sorted(found):
        assert link.startswith("/mounted/"), link
        assert proxy.ask(link.partition("#")[0], "HEAD").status in (200, 302, 303, 400), link


def test_redirects_lead_through_the_proxy(proxy: Subject) -> None:
    """A thing leads to its document, void to the data set, a final slash to none: all below the path."""
    for asked, found in {
        "id/meeting/spring": "doc/meeting/spring",
        ".well-known/void": "dataset",
        "ontology/": "ontology",
    }.items():
        answer = proxy.ask(f"/mounted/{asked}")
        assert answer.headers["location"] == f"/mounted/{found}"


@pytest.mark.parametrize("path", ["doc/meeting/spring", "dataset", "ontology"])
def test_signposts_lead_through_the_proxy(proxy: Subject, path: str) -> None:
    """Links, also the absolute ones of linksets, have the address at which readers reach the server."""
    address = f"http://127.0.0.1:{proxy.port}/mounted/{path}"
    head = find_signposting_http(f"{address}.html")
    assert {(str(one.rel), one.target) for one in find_signposting_html(f"{address}.html")} == {
        (str(one.rel), one.target) for one in head
    }
    for linkset in head.linksets:
        found = find_signposting_linkset(linkset.target, linkset.type)
        assert {one.target for one in head.describedBy} <= {
            one.target for one in found.for_context(address).describedBy
        }
