"""Rules of the form of an application for a policy: the next question, and how each answer is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.core.errors import InvalidInput
from bot.core.people import Sex
from bot.core.policy_form import FormPart, PolicyForm
from bot.patients.problems import AnswerProblem
from bot.patients.rules.names import parse_full_name
from bot.patients.rules.papers import parse_address, parse_birth_date, parse_snils
from bot.patients.rules.words import parse_sex


def next_part(form: PolicyForm) -> FormPart | None:
    """Return the first question without an answer."""
    missing = {
        FormPart.SEX: form.sex is None,
        FormPart.NAME: form.name is None,
        FormPart.BIRTH_DATE: form.birth_date is None,
        FormPart.SNILS: form.snils is None,
        FormPart.ADDRESS: not form.address,
    }
    return next((part for part in FormPart if missing[part]), None)


def with_answer(form: PolicyForm, part: FormPart, typed: str, today: date, *, no_patronymic: bool) -> PolicyForm:
    """Return the form with a typed answer. Raises InvalidInput."""
    match part:
        case FormPart.SEX:
            sex = parse_sex(typed)
            if sex is None:
                raise InvalidInput(AnswerProblem.GIRL_OR_BOY)
            return replace(form, sex=sex)
        case FormPart.NAME:
            name = parse_full_name(typed, form.sex or Sex.FEMALE, no_patronymic=no_patronymic)
            return replace(form, name=name)
        case FormPart.BIRTH_DATE:
            return replace(form, birth_date=parse_birth_date(typed, today))
        case FormPart.SNILS:
            return replace(form, snils=parse_snils(typed))
    return replace(form, address=parse_address(typed))


def changed_parts(before: PolicyForm, now: PolicyForm) -> tuple[FormPart, ...]:
    """Return the answers in which two forms differ."""
    return tuple(part for part in FormPart if getattr(before, part) != getattr(now, part))


def same_child(one: PolicyForm, other: PolicyForm) -> bool:
    """Return whether two forms are about one child."""
    return (one.name, one.birth_date, one.sex) == (other.name, other.birth_date, other.sex)
