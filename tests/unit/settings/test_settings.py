import json
from pathlib import Path

import pytest

from service.errors import UsageError
from service.settings import Settings, keys, load_settings, new_settings_text

KEY = "k" * 32
MINIMAL = f"""\
[service]
secret_key = "{KEY}"
[mail]
from = "One-on-One Lab <lab@example.org>"
"""
# With what some settings need beside them.
WITH_MORE = f"""\
[service]
secret_key = "{KEY}"
base_url = "https://visavis.example.org"
[mail]
from = "One-on-One Lab <lab@example.org>"
[google]
service_account = "key.json"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "visavis.toml"
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, text: str = MINIMAL, **environ: str) -> Settings:
    return load_settings(write(folder, text), environ)


def problems(folder: Path, text: str = MINIMAL, **environ: str) -> list[str]:
    with pytest.raises(UsageError) as caught:
        load(folder, text, **environ)
    assert caught.value.exit_code == 2
    return str(caught.value).splitlines()


# --- what is read -----------------------------------------------------------------------


def test_two_settings_are_enough_the_rest_has_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/visavis.db"
    assert settings.base_url == "http://127.0.0.1:8080"
    assert settings.maildir == tmp_path / "mail"
    assert settings.name == "Vis-à-vis"
    assert (settings.workers, settings.daily_cap) == (8, 2000)
    assert settings.playbook is None
    assert (settings.google_endpoint, settings.google_token_uri) == ("", "")
    assert (settings.google_client_file, settings.google_service_account) == (None, None)
    assert (settings.google_delegation, settings.google_push, settings.google_pubsub_topic) == (
        False,
        False,
        "",
    )
    assert (settings.google_queries_per_minute, settings.leaders_per_mailbox) == (9000, 600)
    assert settings.mailboxes == ()


def test_the_sender_is_a_name_and_an_address(tmp_path: Path) -> None:
    assert load(tmp_path).sender == ("One-on-One Lab", "lab@example.org")


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("lab@example.org", ("", "lab@example.org")),
        ("Vis-à-vis <visavis@localhost>", ("Vis-à-vis", "visavis@localhost")),
        ("Lab, Inc. <lab@lab.test>", ("Lab, Inc.", "lab@lab.test")),
        ('"Lab" <lab@office.local>', ("Lab", "lab@office.local")),
    ],
)
def test_senders_as_people_write_them(tmp_path: Path, text: str, sender: tuple[str, str]) -> None:
    assert load(tmp_path, VISAVIS_MAIL_FROM=text).sender == sender


def test_one_gmail_mailbox_may_write_under_an_alias(tmp_path: Path) -> None:
    settings = load(tmp_path, VISAVIS_MAIL_MAILBOX="gmail:Visavis@Example.org")
    assert settings.mailboxes == ("visavis@example.org",)
    assert settings.sender_of("visavis@example.org") == ("One-on-One Lab", "lab@example.org")


def test_each_of_several_gmail_mailboxes_writes_in_its_own_name(tmp_path: Path) -> None:
    settings = load(tmp_path, VISAVIS_MAIL_MAILBOX="gmail: a@example.org, b@example.org")
    assert settings.mailboxes == ("a@example.org", "b@example.org")
    assert settings.sender_of("b@example.org") == ("One-on-One Lab", "b@example.org")


def test_a_maildir_writes_as_from_says(tmp_path: Path) -> None:
    assert load(tmp_path).sender_of("") == ("One-on-One Lab", "lab@example.org")


def test_paths_start_at_the_folder_of_the_file_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    settings = load(
        tmp_path,
        VISAVIS_SERVICE_PLAYBOOK="own.toml",
        VISAVIS_MAIL_MAILBOX="maildir:post",
        VISAVIS_GOOGLE_CLIENT_FILE="client.json",
        VISAVIS_GOOGLE_SERVICE_ACCOUNT="keys/robot.json",
    )
    assert settings.folder == tmp_path
    assert settings.playbook == tmp_path / "own.toml"
    assert settings.maildir == tmp_path / "post"
    assert settings.google_client_file == tmp_path / "client.json"
    assert settings.google_service_account == tmp_path / "keys/robot.json"


def test_absolute_paths_stay(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        VISAVIS_SERVICE_DATABASE="sqlite:////var/lib/visavis.db",
        VISAVIS_MAIL_MAILBOX="maildir:/var/mail",
        VISAVIS_SERVICE_PLAYBOOK="/etc/own.toml",
    )
    assert settings.database_url == "sqlite:////var/lib/visavis.db"
    assert settings.maildir == Path("/var/mail")
    assert settings.playbook == Path("/etc/own.toml")


def test_the_database_of_a_server_is_taken_as_it_is(tmp_path: Path) -> None:
    url = "postgresql+psycopg://me:pass@db.example.org:5432/visavis?sslmode=require"
    assert load(tmp_path, VISAVIS_SERVICE_DATABASE=url).database_url == url


def test_the_base_url_ends_without_a_slash(tmp_path: Path) -> None:
    url = "https://lab.example.org/one/"
    assert load(tmp_path, VISAVIS_SERVICE_BASE_URL=url).base_url == "https://lab.example.org/one"


@pytest.mark.parametrize(
    ("told", "base_url", "expected"),
    [
        ("", "http://127.0.0.1:8080", 0),
        ("", "https://lab.example.org", 1),
        ("0", "https://lab.example.org", 0),
        ("2", "https://lab.example.org", 2),
    ],
)
def test_https_means_that_a_server_stands_in_front(
    tmp_path: Path, told: str, base_url: str, expected: int
) -> None:
    settings = load(tmp_path, VISAVIS_SERVICE_PROXIES=told, VISAVIS_SERVICE_BASE_URL=base_url)
    assert settings.proxies == expected


@pytest.mark.parametrize(
    ("listen", "base_url", "expected"),
    [
        ("", "http://127.0.0.1:9000", ("127.0.0.1", 9000)),
        ("", "http://localhost", ("localhost", 80)),
        ("", "http://[::1]:9000", ("::1", 9000)),
        ("", "https://lab.example.org", ("127.0.0.1", 8080)),
        ("10.0.0.5:9000", "https://lab.example.org", ("10.0.0.5", 9000)),
        ("[::]:9000", "http://127.0.0.1:8080", ("::", 9000)),
    ],
)
def test_the_pages_are_served_where_base_url_points_if_that_is_here(
    tmp_path: Path, listen: str, base_url: str, expected: tuple[str, int]
) -> None:
    settings = load(tmp_path, VISAVIS_SERVICE_LISTEN=listen, VISAVIS_SERVICE_BASE_URL=base_url)
    assert settings.listen == expected


def test_without_a_flag_the_file_of_the_current_folder_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, MINIMAL)
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None, {})
    assert settings.folder == tmp_path
    assert settings.secret_keys == (KEY,)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert load(tmp_path, "\ufeff" + MINIMAL).secret_keys == (KEY,)


# --- the environment --------------------------------------------------------------------


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    assert load(tmp_path, VISAVIS_SERVICE_SECRET_KEY="e" * 40).secret_keys == ("e" * 40,)


def test_the_environment_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"VISAVIS_SERVICE_SECRET_KEY": KEY, "VISAVIS_MAIL_FROM": "lab@example.org"}
    assert load_settings(None, environ).folder == tmp_path


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (("service", "database"), "sqlite:///other.db"),
        (("service", "base_url"), "https://lab.example.org"),
        (("service", "listen"), "0.0.0.0:80"),
        (("service", "proxies"), "1"),
        (("service", "secret_key"), "n" * 32),
        (("service", "name"), "Lab"),
        (("service", "workers"), "3"),
        (("service", "playbook"), "own.toml"),
        (("mail", "mailbox"), "maildir:post"),
        (("mail", "from"), "lab@example.com"),
        (("mail", "daily_cap"), "50"),
        (("mail", "leaders_per_mailbox"), "150"),
        (("google", "client_file"), "client.json"),
        (("google", "service_account"), "robot.json"),
        (("google", "delegation"), "true"),
        (("google", "queries_per_minute"), "600"),
        (("google", "push"), "yes"),
        (("google", "pubsub_topic"), "projects/p/topics/t"),
        (("google", "endpoint"), "http://127.0.0.1:4802"),
        (("google", "token_uri"), "http://127.0.0.1:4802/oauth2/token"),
    ],
)
def test_every_key_can_come_from_a_variable_or_from_a_file_it_names(
    tmp_path: Path, key: tuple[str, str], value: str
) -> None:
    name = f"VISAVIS_{key[0]}_{key[1]}".upper()
    (tmp_path / "value").write_text(f"{value}\n")
    direct = load(tmp_path, WITH_MORE, **{name: value})
    assert direct != load(tmp_path, WITH_MORE)
    assert direct == load(tmp_path, WITH_MORE, **{f"{name}_FILE": str(tmp_path / "value")})


def test_the_list_above_leaves_no_key_out() -> None:
    marks = test_every_key_can_come_from_a_variable_or_from_a_file_it_names.pytestmark  # type: ignore[attr-defined]  # pytest puts it there
    assert [key for key, _ in marks[0].args[1]] == list(keys())


def test_a_variable_that_is_empty_counts_as_not_set(tmp_path: Path) -> None:
    assert load(tmp_path, VISAVIS_SERVICE_SECRET_KEY="", VISAVIS_MAIL_FROM_FILE="").secret_keys == (KEY,)


def test_a_variable_and_its_file_together_are_a_mistake(tmp_path: Path) -> None:
    found = problems(tmp_path, VISAVIS_SERVICE_NAME="A", VISAVIS_SERVICE_NAME_FILE="b")
    assert found == ["VISAVIS_SERVICE_NAME_FILE: VISAVIS_SERVICE_NAME is set as well; keep one of the two"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, VISAVIS_SERVICE_SECRET_KEY_FILE=str(tmp_path / "gone"))
    assert found == (
        f"VISAVIS_SERVICE_SECRET_KEY_FILE: the file {tmp_path}/gone cannot be read; "
        "check its path and its rights"
    )


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["CLIENT_FILE", "SERVICE_ACCOUNT"])
def test_a_key_where_its_path_belongs_is_told_and_not_shown(
    tmp_path: Path, name: str, indent: int | None
) -> None:
    (tmp_path / "key.json").write_text(json.dumps({"private_key": "geheim"}, indent=indent))
    (found,) = problems(tmp_path, **{f"VISAVIS_GOOGLE_{name}_FILE": str(tmp_path / "key.json")})
    assert found.startswith(
        f"VISAVIS_GOOGLE_{name}_FILE: is no path, but what stands in a file; write the path"
    )
    assert "geheim" not in found


def test_a_misspelt_variable_is_named_with_the_right_one(tmp_path: Path) -> None:
    found = problems(tmp_path, VISAVIS_MAIL_FORM="lab@example.org")
    assert found == ["VISAVIS_MAIL_FORM: there is no such setting; did you mean VISAVIS_MAIL_FROM?"]


@pytest.mark.parametrize(
    "name",
    [
        "VISAVIS_SERVICE_HOST",
        "VISAVIS_SERVICE_PORT",
        "VISAVIS_SERVICE_PORT_HTTP",
        "VISAVIS_PORT",
        "VISAVIS_PORT_8080_TCP_ADDR",
        "HOME",
    ],
)
def test_variables_that_kubernetes_sets_by_itself_are_let_be(tmp_path: Path, name: str) -> None:
    assert load(tmp_path, **{name: "tcp://10.0.0.1:8080"}) == load(tmp_path)


# --- keys that rotate -------------------------------------------------------------------


@pytest.mark.parametrize("written", [f'"{"n" * 32}, {"o" * 32}"', f'["{"n" * 32}", "{"o" * 32}"]'])
def test_several_keys_newest_first(tmp_path: Path, written: str) -> None:
    settings = load(tmp_path, MINIMAL.replace(f'"{KEY}"', written))
    assert settings.secret_keys == ("n" * 32, "o" * 32)


@pytest.mark.parametrize("written", ['"short"', '"' + "n" * 32 + ',short"', '["' + "n" * 32 + '", "short"]'])
def test_a_short_key_is_refused(tmp_path: Path, written: str) -> None:
    (found,) = problems(tmp_path, MINIMAL.replace(f'"{KEY}"', written))
    assert found == (
        "visavis.toml:2 [service] secret_key: is shorter than 32 characters; "
        "write 32 random characters or more; `visavis init` makes such a key"
    )


@pytest.mark.parametrize("written", ['""', '","', "[]"])
def test_an_empty_key_is_refused(tmp_path: Path, written: str) -> None:
    (found,) = problems(tmp_path, MINIMAL.replace(f'"{KEY}"', written))
    assert found.startswith("visavis.toml:2 [service] secret_key: is empty; ")


# --- what is wrong, where, and what to write --------------------------------------------


def test_no_file_and_no_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        load_settings(None, {"HOME": "/root"})
    assert str(caught.value) == (
        "there is no visavis.toml here; run `visavis init` first, or point to one with --config"
    )


def test_a_file_that_was_pointed_to_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"other\.toml: there is no such file; run `visavis init`"):
        load_settings(tmp_path / "other.toml", {"VISAVIS_SERVICE_SECRET_KEY": KEY})


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings(tmp_path, {})


def test_broken_toml_is_one_line_with_its_line(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "[service]\nsecret_key = never closed\n")
    assert found.startswith("visavis.toml:2: is no valid TOML: ")
    assert found.endswith("; mend that line, or write a new file with `visavis init`")


def test_a_text_that_is_not_utf_8_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "visavis.toml").write_bytes("[mail]\nfrom = 'Vis-à-vis'".encode("latin-1"))
    with pytest.raises(UsageError, match="is not UTF-8 text; save it again as UTF-8"):
        load_settings(tmp_path / "visavis.toml", {})


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        '[service]\ndatabase = "mysql://host/db"\nworker = 3\n[mail]\nmailbox = "pigeon:"\n[mial]\n',
    )
    assert [line.partition(": ")[0] for line in found] == [
        "visavis.toml:3 [service] worker",
        "visavis.toml:6 [mial]",
        "visavis.toml:2 [service] database",
        "visavis.toml [service] secret_key",
        "visavis.toml:5 [mail] mailbox",
        "visavis.toml [mail] from",
    ]


def test_an_unknown_key_is_named_with_the_nearest_one(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, MINIMAL + 'mailbx = "maildir:mail"\n')
    assert found == "visavis.toml:5 [mail] mailbx: there is no such setting; did you mean mailbox?"


def test_a_key_like_no_other_gets_the_list(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, MINIMAL + "zzz = 1\n")
    assert found == (
        "visavis.toml:5 [mail] zzz: there is no such setting; [mail] knows "
        "mailbox, from, daily_cap, leaders_per_mailbox"
    )


def test_a_section_like_no_other_gets_the_list(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, MINIMAL + "[zzz]\n")
    assert found == ("visavis.toml:5 [zzz]: there is no such section; the sections are service, mail, google")


def test_a_section_that_is_a_value(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "google = 3\n" + MINIMAL)
    assert found == "visavis.toml google: must be a section; write [google] on a line of its own"


def test_a_mailbox_to_come_is_refused_kindly(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, VISAVIS_MAIL_MAILBOX="smtp:")
    assert found == (
        "VISAVIS_MAIL_MAILBOX: smtp: is not built into this version yet; "
        "use maildir:DIR such as maildir:mail, or gmail:ADDRESS such as gmail:lab@example.org"
    )


@pytest.mark.parametrize("key", ["push = true", 'pubsub_topic = "projects/p/topics/t"'])
def test_news_by_themselves_need_pages_that_google_can_reach(tmp_path: Path, key: str) -> None:
    (found,) = problems(tmp_path, f"{MINIMAL}[google]\n{key}\n")
    name = key.partition(" ")[0]
    assert found.startswith(f"visavis.toml:6 [google] {name}: needs pages that Google can reach; ")
    load(tmp_path, VISAVIS_GOOGLE_PUSH="1", VISAVIS_SERVICE_BASE_URL="https://lab.example.org")


def test_delegation_needs_a_service_account(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, VISAVIS_GOOGLE_DELEGATION="true")
    assert found == (
        "VISAVIS_GOOGLE_DELEGATION: needs a service account; set [google] service_account to its key"
    )


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("SERVICE_DATABASE", "mysql://host/db", "is no database we know"),
        ("SERVICE_DATABASE", "visavis.db", "is no database we know"),
        ("SERVICE_DATABASE", "sqlite://", "names no file"),
        ("SERVICE_DATABASE", "sqlite:///:memory:", "names no file"),
        ("SERVICE_BASE_URL", "lab.example.org", "is no web address"),
        ("SERVICE_BASE_URL", "ftp://lab.example.org", "is no web address"),
        ("SERVICE_BASE_URL", "http://lab.example.org:port", "is no web address"),
        ("SERVICE_BASE_URL", "http://[lab", "is no web address"),
        ("SERVICE_BASE_URL", "http://lab.example.org/a b", "is no web address"),
        ("SERVICE_LISTEN", "8080", "is no host and port"),
        ("SERVICE_LISTEN", "localhost:99999", "is no host and port"),
        ("SERVICE_LISTEN", "http://localhost:80", "is no host and port"),
        ("SERVICE_NAME", "two\nlines", "must be one line of plain text"),
        ("SERVICE_NAME", "n" * 61, "is too long"),
        ("SERVICE_WORKERS", "many", "must be a whole number"),
        ("SERVICE_WORKERS", "0", "is too small"),
        ("SERVICE_WORKERS", "65", "is too large"),
        ("MAIL_DAILY_CAP", "0", "is too small"),
        ("MAIL_MAILBOX", "maildir:", "is no mailbox we know"),
        ("MAIL_MAILBOX", "mail", "is no mailbox we know"),
        ("MAIL_MAILBOX", "gmail:", "is no e-mail address"),
        ("MAIL_MAILBOX", "gmail:a@example.org,", "is no e-mail address"),
        ("MAIL_MAILBOX", "gmail:a@example.org,A@example.org", "names an address twice"),
        ("MAIL_LEADERS_PER_MAILBOX", "0", "is too small"),
        ("GOOGLE_DELEGATION", "perhaps", "must be true or false"),
        ("GOOGLE_PUSH", "2", "must be true or false"),
        ("GOOGLE_QUERIES_PER_MINUTE", "0", "is too small"),
        ("GOOGLE_PUBSUB_TOPIC", "visavis", "is no name of a topic"),
        ("MAIL_FROM", "Lab\nBcc: x@example.org <lab@example.org>", "is no e-mail address"),
        ("MAIL_FROM", "lab@example..org", "is no e-mail address"),
        ("GOOGLE_ENDPOINT", "127.0.0.1:4802", "is no web address"),
        ("GOOGLE_TOKEN_URI", "127.0.0.1:4802", "is no web address"),
    ],
)
def test_wrong_values(tmp_path: Path, name: str, value: str, what: str) -> None:
    (found,) = problems(tmp_path, **{f"VISAVIS_{name}": value})
    where, _, rest = found.partition(": ")
    assert where == f"VISAVIS_{name}"
    assert rest.startswith(what)
    assert "; write " in rest or "; use " in rest


def test_a_number_where_text_belongs(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, MINIMAL + "mailbox = 5\n")
    assert found.startswith("visavis.toml:5 [mail] mailbox: must be text in quotes; ")


# --- secrets ----------------------------------------------------------------------------


def test_no_secret_is_printed_with_the_settings(tmp_path: Path) -> None:
    settings = load(tmp_path, VISAVIS_SERVICE_DATABASE="postgresql+psycopg://me:hidden@host/db")
    assert KEY not in repr(settings)
    assert "hidden" not in repr(settings)


def test_no_secret_is_printed_with_a_problem(tmp_path: Path) -> None:
    found = problems(
        tmp_path, VISAVIS_SERVICE_DATABASE="mysql://me:hidden@host/db", VISAVIS_SERVICE_SECRET_KEY="tiny-key"
    )
    assert len(found) == 2
    assert "hidden" not in "".join(found)
    assert "tiny-key" not in "".join(found)


# --- a new file -------------------------------------------------------------------------


def test_a_new_file_works_as_it_is(tmp_path: Path) -> None:
    settings = load(tmp_path, new_settings_text())
    assert settings.sender == ("Vis-à-vis", "visavis@localhost")
    assert settings.maildir == tmp_path / "mail"
    assert len(settings.secret_keys[0]) >= 32


def test_a_new_file_takes_what_it_is_told(tmp_path: Path) -> None:
    text = new_settings_text('"Lab" <lab@example.org>', "maildir:post", "https://lab.example.org")
    settings = load(tmp_path, text)
    assert settings.sender == ("Lab", "lab@example.org")
    assert settings.maildir == tmp_path / "post"
    assert settings.base_url == "https://lab.example.org"


def test_every_new_file_has_a_key_of_its_own() -> None:
    assert new_settings_text() != new_settings_text()


def test_settings_that_a_new_file_leaves_out_stand_there_with_their_defaults(tmp_path: Path) -> None:
    text = new_settings_text()
    optional = [line[2:] for line in text.splitlines() if line.startswith("# ") and " = " in line]
    written = [line.partition(" ")[0] for line in text.splitlines() if " = " in line and line[0] != "#"]
    named = [line.partition(" ")[0] for line in optional]
    assert {*named, *written, "listen", "proxies"} == {key for _, key in keys()}
    for line in optional:
        text = text.replace(f"# {line}", line)
    filled = load(tmp_path, text)
    assert (filled.name, filled.workers, filled.daily_cap) == ("Vis-à-vis", 8, 2000)
    assert (filled.leaders_per_mailbox, filled.google_queries_per_minute) == (600, 9000)
    assert (filled.google_delegation, filled.google_push, filled.google_endpoint) == (False, False, "")
    assert filled.playbook == tmp_path / "playbook.toml"
    assert filled.google_client_file == tmp_path / "client.json"
