"""Which method a request means, by the discovery documents that googleapiclient brings along."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from googleapiclient import discovery_cache

Schema = Mapping[str, Any]
APIS = (("calendar", "v3"), ("gmail", "v1"))


@dataclass(frozen=True)
class Method:
    """One method of an API; `parameters` are its own, `common` those that every method takes."""

    id: str
    verb: str
    path: str
    parameters: Mapping[str, Schema]
    common: Mapping[str, Schema]
    scopes: frozenset[str]
    request: Schema | None
    response: Schema | None
    schemas: Mapping[str, Schema]

    @property
    def service(self) -> str:
        return self.id.partition(".")[0]


class Routes:
    """Every method of the bundled APIs, found by verb and path."""

    def __init__(self) -> None:
        self._by_shape: dict[tuple[str, int], list[tuple[re.Pattern[str], Method]]] = defaultdict(list)
        self.methods: dict[str, Method] = {}
        for name, version in APIS:
            document = json.loads(discovery_cache.get_static_doc(name, version))
            prefix = document["servicePath"]
            for method in _methods(document):
                self.methods[method.id] = method
                # A client with another endpoint leaves the service's own path out.
                for path in {method.path, prefix + method.path}:
                    self._by_shape[method.verb, path.count("/")].append((_pattern(path), method))
        for found in self._by_shape.values():  # ".../events/import" before ".../events/{eventId}"
            found.sort(key=lambda each: each[1].path.count("{"))

    def find(self, verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """The method and its decoded path parameters; `path` is encoded, without its first slash."""
        for pattern, method in self._by_shape.get((verb, path.count("/")), ()):
            if match := pattern.fullmatch(path):
                return method, {name: unquote(value) for name, value in match.groupdict().items()}
        return None


@cache
def routes() -> Routes:
    """The one table of a process: reading the documents takes a while."""
    return Routes()


def _methods(part: Schema, document: Schema | None = None) -> Iterator[Method]:
    whole = document or part
    for raw in part.get("methods", {}).values():
        yield Method(
            id=raw["id"],
            verb=raw["httpMethod"],
            path=raw["path"],
            parameters=raw.get("parameters", {}),
            common=whole["parameters"],
            scopes=frozenset(raw["scopes"]),
            request=raw.get("request"),
            response=raw.get("response"),
            schemas=whole["schemas"],
        )
    for inner in part.get("resources", {}).values():
        yield from _methods(inner, whole)


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    named = (f"(?P<{part}>[^/]+)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
    return re.compile("".join(named))
