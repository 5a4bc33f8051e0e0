"""`travaux serve`: the current release over HTTP."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType
from typing import cast

import click
from rich.console import Console

from travaux_build.release import current_release
from travaux_server.app import ARCHIVE, create_app
from travaux_server.engine import Engine, die_with
from travaux_server.listening import listener_of
from travaux_server.reload import Watch
from travaux_server.service import EXTENSION, Service
from travaux_server.settings import Settings
from travaux_server.versions.archive import Archive

DEFAULTS = Settings()


@click.command()
@click.option(
    "--releases",
    type=click.Path(path_type=Path, file_okay=False),
    default="releases",
    show_default=True,
    help="Folder of the releases; its current one is served, and a newer one taken up when it comes.",
)
@click.option("--host", default=DEFAULTS.host, show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=DEFAULTS.port,
    show_default=True,
    help="Port to listen on.",
)
@click.option("--public-url", default="", help="Where readers reach the server, if not at host and port.")
@click.option("--prefix", default="", help="Path under which the server is mounted, such as /travaux.")
@click.option(
    "--workers",
    type=click.IntRange(2, 64),
    default=DEFAULTS.workers,
    show_default=True,
    help="Processes that evaluate queries.",
)
@click.option(
    "--deadline",
    type=click.FloatRange(0.1, 600),
    default=DEFAULTS.deadline,
    show_default=True,
    help="Seconds that a query may take.",
)
@click.option(
    "--work-per-minute",
    type=click.FloatRange(0),
    default=DEFAULTS.work_per_minute,
    show_default=True,
    help="Seconds of work for each client in a minute; 0 for no such limit.",
)
@click.option(
    "--cache-bytes",
    type=click.IntRange(0),
    default=DEFAULTS.cache_bytes,
    show_default=True,
    help="Memory for answers that are given again to the same request; 0 works out every answer.",
)
@click.option(
    "--trusted-proxy",
    "trusted_proxies",
    multiple=True,
    help="Address or network of a proxy in front, which says for whom it asks; may be given several times.",
)
@click.option("--guard/--no-guard", default=True, hidden=True, help="Read queries before the engine does.")
@click.option("--ends-with", type=int, default=0, hidden=True, help="Process with which the server ends.")
@click.option("--quiet", is_flag=True, help="No line per request.")
def serve(
    releases: Path,
    host: str,
    port: int,
    public_url: str,
    prefix: str,
    workers: int,
    deadline: float,
    work_per_minute: float,
    cache_bytes: int,
    trusted_proxies: tuple[str, ...],
    guard: bool,
    ends_with: int,
    quiet: bool,
) -> None:
    """Serve the current release: pages, linked data, downloads and a SPARQL endpoint.

    Ends on Ctrl-C or SIGTERM, after the requests that it has begun.
    """
    if ends_with:
        die_with(ends_with)
    settings = Settings(
        host=host,
        port=port,
        public_url=public_url,
        prefix=prefix.rstrip("/"),
        workers=workers,
        deadline=deadline,
        work_per_minute=work_per_minute,
        cache_bytes=cache_bytes,
        trusted_proxies=trusted_proxies,
        guard=guard,
        quiet=quiet,
    )
    release = current_release(releases)
    with Engine(release, settings) as engine:
        app = create_app(release, engine, settings)
        listener = listener_of(app, settings)
        watch = Watch(app, releases, settings)
        watch.start()

        def stop(_number: int, _frame: FrameType | None) -> None:
            listener.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        _announce(settings, release.manifest.version, release.manifest.triples)
        listener.serve()
        watch.stop()
        cast(Archive, app.extensions[ARCHIVE]).close()
        cast(Service, app.extensions[EXTENSION]).engine.close()


def _announce(settings: Settings, version: str, triples: int) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"Release {version}, {triples:,} triples. Ctrl-C ends.")
    for what, path in (("Home", "/"), ("SPARQL", "/sparql"), ("Downloads", "/download")):
        console.print(f"  {what:10} {settings.url}{path}")
