"""Refuses what the discovery documents do not know: parameters, types, ranges, fields of a body."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tests.fakes.google.discovery import Method, Schema
from tests.fakes.google.errors import ApiError

_RANGES = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}
LONGEST_QUOTA_USER = 40
_UNKNOWN = "Invalid JSON payload received. Unknown name"


def parameters(
    method: Method, path: Mapping[str, str], query: Sequence[tuple[str, str]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The method's own parameters and the common ones (`fields`, `quotaUser` …), typed.

    Integers and booleans are converted, a `date-time` becomes an aware datetime, a repeated
    parameter a list. Raises `ApiError` 400.
    """
    own: dict[str, Any] = {
        name: _parameter(name, value, method.parameters[name]) for name, value in path.items()
    }
    common: dict[str, Any] = {}
    for name, text in query:
        mine = name in method.parameters
        schema = method.parameters.get(name) or method.common.get(name)
        if schema is None or schema["location"] != "query":
            raise _invalid(
                name, f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.'
            )
        _keep(own if mine else common, name, _parameter(name, text, schema), schema)
    _complete(method, own)
    _sensible(common)
    return own, common


def body(method: Method, parsed: Any) -> Any:
    """The body, checked; {} where a method that takes one got none. Raises `ApiError` 400."""
    if method.request is None:
        if parsed is not None:
            raise _bad_body(method.id, "takes no body")
        return None
    value = {} if parsed is None else parsed
    _Body(method).check("", value, method.request)
    return value


def _keep(into: dict[str, Any], name: str, value: Any, schema: Schema) -> None:
    if schema.get("repeated"):
        into.setdefault(name, []).append(value)
    elif name in into:
        raise _invalid(name, f"Multiple values for the parameter {name}, which is not repeated.")
    else:
        into[name] = value


def _complete(method: Method, own: Mapping[str, Any]) -> None:
    for name, schema in method.parameters.items():
        if schema.get("required") and own.get(name) in (None, ""):
            raise ApiError(400, "required", f"Required parameter: {name}", location=name)


def _sensible(common: Mapping[str, Any]) -> None:
    if common.get("alt", "json") != "json":
        raise _invalid("alt", "This fake answers in JSON only.")
    if len(common.get("quotaUser", "")) > LONGEST_QUOTA_USER:
        raise _invalid("quotaUser", f"quotaUser must not exceed {LONGEST_QUOTA_USER} characters.")


def _parameter(name: str, text: str, schema: Schema) -> Any:
    kind = "date-time" if schema.get("format") == "date-time" else schema["type"]
    try:
        value = _PARAMETER_TYPES[kind](text, schema)
    except ValueError as error:
        raise _invalid(name, f"Invalid value '{text}' for the parameter {name}: {error}") from error
    if "enum" in schema and text not in schema["enum"]:
        raise _invalid(name, f"Invalid value '{text}'. Values must match one of: {schema['enum']}")
    return value


def _integer(text: str, schema: Schema) -> int:
    if not re.fullmatch(r"-?\d+", text):
        raise ValueError("not an integer")
    number = int(text)
    low, high = _RANGES[schema.get("format", "int32")]
    low, high = int(schema.get("minimum", low)), int(schema.get("maximum", high))
    if not low <= number <= high:
        raise ValueError(f"must be within [{low}, {high}]")
    return number


def _boolean(text: str, _schema: Schema) -> bool:
    if text not in {"true", "false"}:
        raise ValueError("not true or false")
    return text == "true"


def _text(text: str, schema: Schema) -> str:
    if schema.get("format") in _RANGES:
        _integer(text, schema)
    return text


def _moment(text: str, _schema: Schema) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or "T" not in text.upper():
        raise ValueError("no RFC 3339 time with its offset")
    return found


_PARAMETER_TYPES: Mapping[str, Callable[[str, Schema], Any]] = {
    "integer": _integer,
    "boolean": _boolean,
    "string": _text,
    "date-time": _moment,
}


_LEAVES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


class _Body:
    """Checks one body against the request's schema, down to the leaves."""

    def __init__(self, method: Method) -> None:
        self._method = method

    def check(self, where: str, value: Any, schema: Schema) -> None:
        if "$ref" in schema:
            schema = self._method.schemas[schema["$ref"]]
        if value is None or schema["type"] == "any":  # null means: not set
            return
        if schema["type"] == "object":
            self._object(where, value, schema)
        elif schema["type"] == "array":
            if not isinstance(value, list):
                raise _bad_body(where, "is not a list")
            for number, item in enumerate(value):
                self.check(f"{where}[{number}]", item, schema["items"])
        else:
            _leaf(where, value, schema)

    def _object(self, where: str, value: Any, schema: Schema) -> None:
        if not isinstance(value, dict):
            raise _bad_body(where, "is not an object")
        known = schema.get("properties", {})
        for name, inner in value.items():
            found = known.get(name) or schema.get("additionalProperties")
            if found is None:
                message = (
                    f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field."
                )
                raise ApiError(400, "invalid", message)
            self.check(f"{where}.{name}".lstrip("."), inner, found)
        for name, inner in known.items():
            needed = inner.get("annotations", {}).get("required", ())
            if self._method.id in needed and value.get(name) is None:
                raise ApiError(400, "required", f"Missing {name}.", location=name, location_type="body")


def _leaf(where: str, value: Any, schema: Schema) -> None:
    kind, form = schema["type"], schema.get("format", "")
    if kind == "string" and form in _RANGES and isinstance(value, int):
        value = str(value)  # Google takes both 5 and "5"
    if not isinstance(value, _LEAVES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        raise _bad_body(where, f"is no {kind}")
    if form in _RANGES:
        _whole_number(where, str(value), schema)
    elif isinstance(value, str):
        _string(where, value, schema)


def _whole_number(where: str, text: str, schema: Schema) -> None:
    try:
        _integer(text, schema)
    except ValueError as error:
        raise _bad_body(where, f"is {error}") from error


def _string(where: str, value: str, schema: Schema) -> None:
    if "enum" in schema and value not in schema["enum"]:
        raise _bad_body(where, f"is none of {schema['enum']}")
    check = _FORMATS.get(schema.get("format", ""))
    try:
        if check is not None:
            check(value)
    except (ValueError, binascii.Error) as error:
        raise _bad_body(where, f"is not of the format {schema['format']}") from error


def _base64(value: str) -> bytes:
    """Either alphabet, with or without padding."""
    text = value.translate(str.maketrans("-_", "+/")).rstrip("=")
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


_FORMATS: Mapping[str, Callable[[str], Any]] = {
    "byte": _base64,
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
    "google-datetime": datetime.fromisoformat,
}


def _invalid(name: str, message: str) -> ApiError:
    return ApiError(400, "invalidParameter", message, location=name)


def _bad_body(where: str, what: str) -> ApiError:
    return ApiError(400, "invalid", f"Invalid value at '{where}': it {what}.")
