"""The smallest playbook with everything in it."""

from service.domain.playbook import Playbook, Sign, Step, Trap, Week


def week(number: int, job: str) -> Week:
    return Week(
        number,
        job,
        focus=f"focus of {job}",
        goal=f"goal of {job}",
        opening=("open",),
        steps=(Step(("ask",)),),
        closing=("close",),
        why=("why",),
        if_then=("if … then",),
    )


def sign(key: str) -> Sign:
    return Sign(key, name=f"sign {key}", means=f"{key} means", ask=(f"{key}?",))


def trap(key: str) -> Trap:
    return Trap(key, name=f"trap {key}", advice=(f"instead of {key}",))


def small_playbook() -> Playbook:
    return Playbook(
        language="en",
        purpose=("purpose",),
        weeks=(week(1, "connection"), week(2, "clarity"), week(3, "coaching")),
        signs=(sign("opens_up"), sign("pushback")),
        traps=(trap("tasks_only"), trap("talking"), trap("avoiding"), trap("cancelling")),
        reflection={},
        monthly=("question 0", "question 1", "question 2"),
        experiments=("experiment 0", "experiment 1"),
    )
