"""The OpenAPI document: true of the server, valid, and borne out by requests made from it by chance."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from travaux_build.release import Release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.http.negotiate import GRAPHS, HTML, SOLUTIONS
from travaux_server.selftest.subject import Subject
from travaux_server.settings import Settings

HERE = Path(__file__).parent
FIELD = re.compile(r"\{(\w+)\}")


@pytest.fixture(scope="module")
def document(served: Subject) -> Any:
    reply = served.ask("/openapi.json")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    return json.loads(reply.body)


def test_requests_by_chance_are_answered_as_the_document_says(served: Subject, tmp_path: Path) -> None:
    """Right requests succeed, wrong ones are refused, each answer is one that is named: 0 failures."""
    address = f"http://127.0.0.1:{served.port}"
    command = [str(Path(sys.executable).with_name("schemathesis"))]
    command += ["--config-file", str(HERE / "schemathesis.toml"), "run", address + "/openapi.json"]
    ended = subprocess.run(
        [*command, "--url", address, "--max-examples", "25"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(HERE), "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-1000:]
    assert "No issues found" in ended.stdout


def test_every_path_of_the_document_is_served(document: Any, small_release: Release) -> None:
    """Each path and method is a route of the application; each route for programs is in the document."""
    app = create_app(small_release, Engine(small_release, Settings()), Settings(quiet=True))
    routes = {
        re.sub(r"<[^>]*>", "{}", rule.rule): {method.lower() for method in rule.methods or ()}
        for rule in app.url_map.iter_rules()
    }
    for path, operations in document["paths"].items():
        assert set(operations) <= routes[FIELD.sub("{}", path)]
        for operation in operations.values():
            stated = [field["name"] for field in operation.get("parameters", ()) if field["in"] == "path"]
            assert stated == FIELD.findall(path)
    wanted = {"/sparql", "/graph-store", "/id/{key}", "/doc/{key}", "/releases", "/health", "/queries"}
    assert wanted <= set(document["paths"])


def test_the_document_is_of_the_settings_and_the_release(document: Any, small_release: Release) -> None:
    """Address, version, formats, graphs and queries are those that there are."""
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "https://data.example/base"}]
    assert document["info"]["version"] == small_release.manifest.version
    answer = document["paths"]["/sparql"]["get"]["responses"]["200"]["content"]
    assert {variant.media_type for variant in (*SOLUTIONS, *GRAPHS, HTML)} <= set(answer)
    name = document["paths"]["/graph/{name}"]["get"]["parameters"][0]["schema"]
    assert name["enum"] == [graph.name for graph in small_release.manifest.graphs]
    key = document["paths"]["/queries/{key}"]["get"]["parameters"][0]["schema"]
    assert key["enum"] == ["proposals"]
    identifiers = [
        operation["operationId"] for path in document["paths"].values() for operation in path.values()
    ]
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D", "Results"),
        ("/sparql?query=ASK%20%7B%7D", "Results"),
        ("/sparql?query=ASK%20%7B", "Problem"),
        ("/graph-store?graph=urn:x", "Problem"),
        ("/no-such-path", "Problem"),
        ("/health", "Health"),
    ],
)
def test_answers_are_of_the_schemas(served: Subject, document: Any, path: str, schema: str) -> None:
    """Results, problems and health are JSON of the schemas, which are valid themselves."""
    definition = document["components"]["schemas"][schema]
    Draft202012Validator.check_schema(definition)
    Draft202012Validator(definition).validate(json.loads(served.ask(path).body))
