"""One query, evaluated and written out whole inside a worker."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from itertools import chain
from typing import Any

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

from travaux_server.engine import writing
from travaux_server.engine.dataset import Dataset
from travaux_server.engine.description import describe
from travaux_server.engine.excerpt import excerpt
from travaux_server.engine.messages import Reply, Request
from travaux_server.engine.paths import turn_round
from travaux_server.engine.store import Loaded
from travaux_server.engine.writing import AnswerTooLong, NotWritable
from travaux_server.tokens import declared_prefixes, form

POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
ELSEWHERE = Reply(
    fault="refused",
    message="the query asks for data from elsewhere, and none is ever fetched",
    hint="take SERVICE out of the query",
)


def evaluate(loaded: Loaded, request: Request) -> tuple[Reply, bytes]:
    """The reply to a request and the bytes of its answer; what is wrong with a query is a reply as well."""
    try:
        return _evaluate(loaded, request)
    except AnswerTooLong as limit:
        return Reply(fault="costly", message=f"the answer is longer than {limit}", hint="add a LIMIT"), b""
    except NotWritable as error:
        name, hint = error.args
        return Reply(
            fault="unrepresentable", message=f"the answer cannot be written as {name}", hint=hint
        ), b""
    except MemoryError:
        return Reply(fault="costly", message="the query needs more memory than one may have"), b""
    except SyntaxError as error:
        return _malformed(str(error)), b""
    except (RuntimeError, ValueError) as error:
        return Reply(fault="malformed", message=str(error)[:500]), b""
    except OSError:
        return ELSEWHERE, b""


def _evaluate(loaded: Loaded, request: Request) -> tuple[Reply, bytes]:
    begun = time.perf_counter()
    dataset = Dataset.of(loaded, request)
    results = _results(dataset, request.text, loaded)
    if isinstance(results, QueryTriples):
        return _graph(results, request, loaded, dataset, begun)
    total = None
    if request.excerpt is not None and isinstance(results, QuerySolutions):
        body, total = excerpt(results, request.excerpt)
        found = time.perf_counter()
    else:
        body = writing.solutions(results, request.solutions, request.answer_bytes)
        found = time.perf_counter()
        body = writing.checked(body, request.solutions, request.answer_rows)
    return Reply(
        kind="boolean" if isinstance(results, QueryBoolean) else "solutions",
        seconds=found - begun,
        serialized=time.perf_counter() - found,
        total=total,
    ), body


def _results(dataset: Dataset, text: str, loaded: Loaded) -> Any:
    turned = turn_round(text)
    if turned != text:
        with suppress(SyntaxError):
            return dataset.query(turned, loaded.base, loaded.prefixes)
    return dataset.query(text, loaded.base, loaded.prefixes)


def _graph(
    results: QueryTriples, request: Request, loaded: Loaded, dataset: Dataset, begun: float
) -> tuple[Reply, bytes]:
    is_description = "describe" in request.text.lower() and form(request.text) == "DESCRIBE"
    triples = describe(request.text, loaded, dataset) if is_description else results
    triples = writing.bounded(triples, request.answer_rows)
    first = writing.in_order(triples, request.graph)
    found = time.perf_counter()
    things = loaded.base + "id/"
    prefixes = {**loaded.prefixes, **declared_prefixes(request.text)}
    prefixes = {name: iri for name, iri in prefixes.items() if iri != things}
    body = writing.graph(chain(first, triples), request.graph, prefixes, request.answer_bytes)
    return Reply(kind="graph", seconds=found - begun, serialized=time.perf_counter() - found), body


def _malformed(message: str) -> Reply:
    found = POSITION.match(message)
    if not found:
        return Reply(fault="malformed", message=message[:500])
    line, column, expected = found.groups()
    return Reply(fault="malformed", message=expected[:2000], line=int(line), column=int(column))
