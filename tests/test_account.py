"""Accounts of work: what is charged to whom, what clients are told, and who is sent away for how long."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from travaux_build.release import Release
from travaux_server.app import ACCOUNTS, create_app
from travaux_server.engine import Engine
from travaux_server.settings import Settings

SETTINGS = Settings(deadline=1.0, workers=2, quiet=True, work_per_minute=6)
FOREVER = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6)) + "}"
STANDING = re.compile(r'"work";r=(\d+);t=(\d+)')


@pytest.fixture(scope="module")
def engine(small_release: Release) -> Iterator[Engine]:
    with Engine(small_release, SETTINGS) as running:
        yield running


@pytest.fixture
def app(engine: Engine) -> Flask:
    return create_app(engine.release, engine, SETTINGS)


def ask(client: FlaskClient, address: str, query: str = "ASK {}", path: str = "/sparql") -> TestResponse:
    fields = {"query": query} if path == "/sparql" else {}
    return client.get(path, query_string=fields, environ_overrides={"REMOTE_ADDR": address})


def standing(answer: TestResponse) -> tuple[int, int]:
    """Seconds of work left, and seconds until the account is full."""
    match = STANDING.fullmatch(answer.headers["RateLimit"])
    assert match is not None
    return int(match[1]), int(match[2])


def test_every_answer_says_what_is_left(app: Flask) -> None:
    """Policy and standing are in the headers of pages, answers, errors and redirects, and open to scripts."""
    for path in ("/sparql", "/", "/nothing", "/robots.txt"):
        answer = ask(app.test_client(), "203.0.113.1", path=path)
        assert answer.headers["RateLimit-Policy"] == '"work";q=6;qu="seconds";w=60'
        assert standing(answer)[0] in (5, 6)
        assert "RateLimit-Policy" in answer.headers["Access-Control-Expose-Headers"]


def test_a_small_query_costs_little_and_a_long_one_what_it_took(app: Flask) -> None:
    """Also a query that was stopped is charged: it has worked for its whole time."""
    client = app.test_client()
    for _ in range(20):
        small = ask(client, "203.0.113.2")
    assert standing(small)[0] == 5
    assert ask(client, "203.0.113.2", FOREVER).status_code == 503
    left, full_in = standing(ask(client, "203.0.113.2"))
    assert left in (4, 5)
    assert 8 <= full_in <= 12


def test_an_account_used_up_is_429_until_it_has_gathered_again(app: Flask) -> None:
    """The client is told when to come back, as a problem; other clients are not touched, nor is /health."""
    client = app.test_client()
    accounts = app.extensions[ACCOUNTS]
    accounts.charge("203.0.113.3", 7)
    refused = ask(client, "203.0.113.3")
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    problem = json.loads(refused.data)
    assert problem["status"] == 429
    assert "try again in" in problem["hint"]
    assert 8 <= int(refused.headers["Retry-After"]) <= 11
    assert standing(refused)[0] == 0
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert ask(client, "203.0.113.3", path="/").status_code == 429
    assert ask(client, "203.0.113.3", path="/health").status_code == 200
    assert ask(client, "203.0.113.4").status_code == 200
    accounts.charge("203.0.113.3", -2)
    assert ask(client, "203.0.113.3").status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.5", "203.0.113.5", True),
        ("203.0.113.6", "203.0.113.7", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_who_shares_an_account(app: Flask, one: str, other: str, is_same: bool) -> None:
    """An IPv4 address has its own; of IPv6, the network of 64 bits has one."""
    app.extensions[ACCOUNTS].charge(one, 100)
    assert (ask(app.test_client(), other).status_code == 429) is is_same


def test_nobody_is_counted_when_it_is_off(engine: Engine) -> None:
    """With 0 there are no such headers, and no 429."""
    settings = Settings(deadline=1.0, workers=2, quiet=True, work_per_minute=0)
    app = create_app(engine.release, engine, settings)
    app.extensions[ACCOUNTS].charge("203.0.113.8", 1000)
    answer = ask(app.test_client(), "203.0.113.8")
    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers
    assert "RateLimit-Policy" not in answer.headers
