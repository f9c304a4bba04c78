"""What every test may ask for. Keep it short: a fixture lives beside what it fakes."""

pytest_plugins = ["tests.fakes.postgres", "tests.fakes.databases", "tests.fakes.offices"]
