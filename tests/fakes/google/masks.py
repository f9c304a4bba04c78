"""Partial answers: `fields=items(id,start/dateTime),nextPageToken`."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from tests.fakes.google.discovery import Method, Schema, routes
from tests.fakes.google.errors import ApiError

Mask: TypeAlias = Mapping[str, "Mask | None"]
"""What to keep of an object, by field; None keeps all of a field."""


@lru_cache(maxsize=1024)
def parsed(method_id: str, text: str) -> Mask:
    """The mask, checked against what the method answers. Raises `ApiError` 400."""
    tokens = re.findall(r"[\w$.*-]+|[(),/]|.", text)
    tokens.reverse()
    try:
        mask = _selection(tokens)
    except (ValueError, IndexError) as error:
        raise _refused(text) from error
    if tokens:
        raise _refused(text)
    method = routes().methods[method_id]
    _check(method, mask, method.response or {"type": "object"})
    return mask


def applied(mask: Mask, value: Any) -> Any:
    """What the mask leaves of an answer; the answer itself is not changed."""
    if isinstance(value, list):
        return [applied(mask, item) for item in value]
    if not isinstance(value, dict):
        return value
    wanted = mask.items() if "*" not in mask else [(name, mask.get(name, mask["*"])) for name in value]
    return {
        name: value[name] if deeper is None else applied(deeper, value[name])
        for name, deeper in wanted
        if name in value
    }


def _selection(tokens: list[str]) -> Mask:
    """Paths with commas between them; stops before a closing bracket or at the end."""
    mask: dict[str, Mask | None] = {}
    while True:
        name = tokens.pop()
        if not re.fullmatch(r"[\w$.*-]+", name):
            raise ValueError(name)
        mask[name] = _merged(mask[name], _rest(tokens)) if name in mask else _rest(tokens)
        if not tokens or tokens[-1] != ",":
            return mask
        tokens.pop()


def _rest(tokens: list[str]) -> Mask | None:
    """What follows a name: nothing, `/path` or `(selection)`."""
    if not tokens or tokens[-1] in {",", ")"}:
        return None
    mark = tokens.pop()
    if mark == "/":
        name = tokens.pop()
        if not re.fullmatch(r"[\w$.*-]+", name):
            raise ValueError(name)
        return {name: _rest(tokens)}
    if mark != "(":
        raise ValueError(mark)
    inner = _selection(tokens)
    if tokens.pop() != ")":
        raise ValueError(mark)
    return inner


def _merged(one: Mask | None, other: Mask | None) -> Mask | None:
    """`a/b,a/c` is `a(b,c)`; `a,a/b` is all of `a`."""
    if one is None or other is None:
        return None
    merged = dict(one)
    for name, inner in other.items():
        merged[name] = _merged(merged[name], inner) if name in merged else inner
    return merged


def _check(method: Method, mask: Mask, schema: Schema) -> None:
    while "$ref" in schema or schema.get("type") == "array":
        schema = method.schemas[schema["$ref"]] if "$ref" in schema else schema["items"]
    for name, inner in mask.items():
        found = _field(schema, name)
        if found is None:
            raise _refused(name)
        if inner is not None and name != "*":
            _check(method, inner, found)


def _field(schema: Schema, name: str) -> Schema | None:
    if name == "*":
        return schema
    found: Schema | None = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
    return found


def _refused(text: str) -> ApiError:
    return ApiError(400, "invalidParameter", f"Invalid field selection {text}", location="fields")
