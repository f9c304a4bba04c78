"""What the operator decided: the only reader of visavis.toml and the environment."""

from service.settings.fresh import new_settings_text
from service.settings.model import Settings
from service.settings.sources import FILE_NAME, keys, load_settings
from service.settings.values import split_address

__all__ = ["FILE_NAME", "Settings", "keys", "load_settings", "new_settings_text", "split_address"]
