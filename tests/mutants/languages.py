"""Broken promises of languages: answers, commands, days, and the operator's own tongue."""

from tests.mutants.mutant import Mutant

MAIL, DOMAIN = "tests/unit/mail", "tests/unit/domain"

LANGUAGES = (
    Mutant(
        name="choices_are_read_after_what_people_say",
        module="service/domain/answers.py",
        fragment="if said in offered:",
        replacement="if said in offered and not choices:",
        caught_by=(f"{DOMAIN}/test_answers.py::test_choices_are_read_by_their_place",),
    ),
    Mutant(
        name="a_longer_choice_is_cut_short",
        module="service/domain/answers.py",
        fragment="offered[max(begun, key=len)]",
        replacement="offered[min(begun, key=len)]",
        caught_by=(
            f"{DOMAIN}/test_answers.py::test_of_two_choices_that_begin_alike_the_longer_one_is_meant",
        ),
    ),
    Mutant(
        name="a_doubt_with_its_accent_is_a_no",
        module="service/domain/answers.py",
        fragment="if _DOUBT.search(text.casefold()):",
        replacement="if _DOUBT.search(said):",
        caught_by=(f"{DOMAIN}/test_answers_abroad.py::test_with_its_accent_no_se_is_always_a_doubt",),
    ),
    Mutant(
        name="a_pause_until_the_weekday_of_today_ends_today",
        module="service/mail/reply_dates.py",
        fragment=" - 1) % 7 + 1)",
        replacement=") % 7)",
        caught_by=(f"{MAIL}/test_reply_command.py::test_a_command_in_portuguese_or_spanish",),
    ),
    Mutant(
        name="a_day_without_its_year_lies_in_the_past",
        module="service/mail/reply_dates.py",
        fragment="[today.year, today.year + 1]",
        replacement="[today.year]",
        caught_by=(f"{MAIL}/test_reply_command.py::test_a_command_in_portuguese_or_spanish",),
    ),
    Mutant(
        name="a_wish_about_a_talk_stops_the_mails",
        module="service/mail/reply_command.py",
        fragment="if _STOP.fullmatch(words) and not _ONLY_OF_MAILS.fullmatch(words):",
        replacement="if _STOP.fullmatch(words):",
        caught_by=(
            (
                f"{MAIL}/test_reply_command.py"
                "::test_words_of_a_reflection_are_no_command_in_portuguese_or_spanish"
            ),
        ),
    ),
    Mutant(
        name="an_own_playbook_offers_english_answers",
        module="service/playbooks.py",
        fragment="load_playbook(best_language([playbook.language]))",
        replacement='load_playbook("en")',
        caught_by=(
            "tests/unit/test_playbooks.py::test_an_own_playbook_without_answers_offers_those_of_its_language",
        ),
    ),
    Mutant(
        name="an_answer_comes_back_in_the_programs_word",
        module="service/domain/reflections.py",
        fragment="return offered.get(answer)",
        replacement="return answer",
        caught_by=(
            (
                "tests/integration/test_languages.py"
                "::test_answers_under_the_questions_come_back_in_the_words_offered"
            ),
        ),
    ),
    Mutant(
        name="lang_is_heard_before_lc_all",
        module="service/commands/speech.py",
        fragment='("LC_ALL", "LC_MESSAGES", "LANG")',
        replacement='("LANG", "LC_MESSAGES", "LC_ALL")',
        caught_by=("tests/unit/commands/test_speech.py::test_the_environment_names_the_language",),
    ),
)
