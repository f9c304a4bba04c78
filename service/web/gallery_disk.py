"""Pages that are written into a file and opened from there: no server, nothing from elsewhere."""

from collections.abc import Callable
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.languages import DEFAULT, date_filters, speak
from service.templates import templates_folder

STYLE = "style.css"


def style() -> str:
    """The look of all pages."""
    return (templates_folder() / "web" / STYLE).read_text(encoding="utf-8")


def fill(template: str, **values: object) -> str:
    """The page, in English; `values` have `root`, which leads to the folder with the style."""
    frame = {"service_name": "Vis-à-vis", "language": DEFAULT}
    return _environment().get_template(template).render(**frame, **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_folder() / "web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    speak(environment)
    own: dict[str, Callable[..., str]] = {"brief_day": lambda at: f"{at:%a} {at.day} {at:%b}"}
    environment.filters |= date_filters(lambda: "en_150") | own
    return environment
