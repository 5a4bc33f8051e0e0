"""How the application is put before the world: which limits its front has, and what that may know of it."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from typing import cast

from flask import Flask

from travaux_server.app import ACCOUNTS
from travaux_server.front import Hosted, Limits, Listener, Place, Request, Turn
from travaux_server.http.account import Accounts
from travaux_server.http.envelope import COMMON
from travaux_server.prompt import Prompt
from travaux_server.prompt_files import PromptFiles
from travaux_server.service import EXTENSION, Service
from travaux_server.settings import Settings


def listener_of(app: Flask, settings: Settings) -> Listener:
    """A listener for the application. Raises `TravauxError` when the address cannot be had."""
    accounts = cast(Accounts, app.extensions[ACCOUNTS])

    def state() -> str:
        return cast(Service, app.extensions[EXTENSION]).release.manifest.version

    queries = Prompt(app, accounts, settings.prefix)
    files = PromptFiles(app, accounts, settings.prefix)

    def begin(request: Request, turn: Turn, loop: AbstractEventLoop) -> bool:
        return queries(request, turn, loop) or files(request, turn, loop)

    return Listener(
        Hosted(
            app,
            begin=begin,
            state=state,
            standing=accounts.lines,
            headers=COMMON,
        ),
        Place(settings.host, settings.port, settings.prefix),
        Limits(
            threads=settings.threads,
            body_bytes=settings.body_bytes,
            drain_seconds=settings.deadline + 1,
            cache_bytes=settings.cache_bytes,
        ),
        proxies=settings.trusted_proxies,
        quiet=settings.quiet,
    )
