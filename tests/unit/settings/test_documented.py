from pathlib import Path

import pytest

from service.settings import keys

README = Path(__file__).parents[3] / "README.md"


@pytest.mark.parametrize(("section", "key"), keys())
def test_every_setting_stands_in_the_readme(section: str, key: str) -> None:
    assert f"| `[{section}]` `{key}` |" in README.read_text(encoding="utf-8")
