"""Rules for the form about a new patient of the clinic's list: the next question, what was typed, how it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.account.rules.contacts import parse_phone
from bot.core.errors import InvalidInput
from bot.core.patient import NameField
from bot.core.people import PersonName, Sex
from bot.patients.problems import AnswerProblem
from bot.patients.rules.drafts import sex_by_patronymic
from bot.patients.rules.names import parse_full_name, parse_name_part, patronymic_fits
from bot.patients.rules.papers import parse_birth_date
from bot.patients.rules.policy_number import parse_policy_number, policy_facts
from bot.patients.rules.words import parse_sex
from bot.staff.problems import PersonProblem
from bot.staff.records import PersonForm, PersonStep


def next_step(form: PersonForm) -> PersonStep | None:
    """Return the first question without an answer, None if all are answered."""
    return next((step for step in PersonStep if not is_answered(form, step)), None)


def is_answered(form: PersonForm, step: PersonStep) -> bool:
    match step:
        case PersonStep.FAMILY:
            return bool(form.family)
        case PersonStep.GIVEN:
            return bool(form.given)
        case PersonStep.PATRONYMIC:
            return form.patronymic is not None
        case PersonStep.BIRTH_DATE:
            return form.birth_date is not None
        case PersonStep.SEX:
            return form.sex is not None
        case PersonStep.PHONE:
            return form.phone is not None


def answered(form: PersonForm, step: PersonStep, typed: str, today: date) -> PersonForm:
    """Return the form with an answer. Raises InvalidInput.

    A whole name that is typed at the first questions answers those about its parts too.
    """
    match step:
        case PersonStep.FAMILY:
            return _family(form, typed)
        case PersonStep.GIVEN:
            return _given(form, typed)
        case PersonStep.PATRONYMIC:
            return replace(form, patronymic=parse_name_part(typed, NameField.PATRONYMIC))
        case PersonStep.BIRTH_DATE:
            return replace(form, birth_date=parse_birth_date(typed, today))
        case PersonStep.SEX:
            if (sex := parse_sex(typed)) is None:
                raise InvalidInput(AnswerProblem.GIRL_OR_BOY)
            return replace(form, sex=sex)
        case PersonStep.PHONE:
            return replace(form, phone=parse_phone(typed))


def left_out(form: PersonForm, step: PersonStep) -> PersonForm:
    """Return the form with the answer that there is no patronymic, or no telephone."""
    return replace(form, patronymic="") if step is PersonStep.PATRONYMIC else replace(form, phone="")


def _family(form: PersonForm, typed: str) -> PersonForm:
    if not form.given and (whole := _whole_name(typed)) is not None:
        patronymic = whole.patronymic or form.patronymic
        return replace(form, family=whole.family, given=whole.given, patronymic=patronymic)
    return replace(form, family=parse_name_part(typed, NameField.FAMILY))


def _whole_name(typed: str) -> PersonName | None:
    """Return the name if several of its parts were typed, else None."""
    sex = sex_by_patronymic(typed)
    for no_patronymic in (False, True):
        try:
            return parse_full_name(typed, sex, no_patronymic=no_patronymic)
        except InvalidInput:
            continue
    return None


def _given(form: PersonForm, typed: str) -> PersonForm:
    first, _space, last = typed.strip().rpartition(" ")
    is_patronymic = patronymic_fits(last, Sex.FEMALE) != patronymic_fits(last, Sex.MALE)
    if form.patronymic is None and first and is_patronymic:
        given, patronymic = parse_name_part(first, NameField.GIVEN), parse_name_part(last, NameField.PATRONYMIC)
        return replace(form, given=given, patronymic=patronymic)
    return replace(form, given=parse_name_part(typed, NameField.GIVEN))


def parse_policy_of(typed: str, birth_date: date, sex: Sex, today: date) -> str:
    """Return the 16 digits of the policy of a person born then. Raises InvalidInput."""
    number = parse_policy_number(typed, today)
    facts = policy_facts(number)
    if facts is not None and facts.birth_date != birth_date:
        raise InvalidInput(PersonProblem.OTHER_DAY)
    if facts is not None and facts.sex is not sex:
        raise InvalidInput(PersonProblem.OTHER_SEX)
    return number


# --- as it is stored --------------------------------------------------------------------------------------------------


def written(form: PersonForm) -> dict[str, str]:
    """Return the answers to store."""
    known: dict[PersonStep, str | None] = {
        PersonStep.FAMILY: form.family or None,
        PersonStep.GIVEN: form.given or None,
        PersonStep.PATRONYMIC: form.patronymic,
        PersonStep.BIRTH_DATE: None if form.birth_date is None else form.birth_date.isoformat(),
        PersonStep.SEX: form.sex,
        PersonStep.PHONE: form.phone,
    }
    return {step.value: value for step, value in known.items() if value is not None}


def read(answers: Mapping[str, str]) -> PersonForm:
    """Parse what ``written`` returns."""
    born, sex = answers.get(PersonStep.BIRTH_DATE), answers.get(PersonStep.SEX)
    return PersonForm(
        family=answers.get(PersonStep.FAMILY, ""),
        given=answers.get(PersonStep.GIVEN, ""),
        patronymic=answers.get(PersonStep.PATRONYMIC),
        birth_date=None if born is None else date.fromisoformat(born),
        sex=None if sex is None else Sex(sex),
        phone=answers.get(PersonStep.PHONE),
    )
