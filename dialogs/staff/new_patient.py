"""A new patient of the clinic's list, one question a screen: a newborn has no policy yet."""

from __future__ import annotations

from bot.account.records import in_groups
from bot.core.i18n import N_, gettext as _, spoken_date
from bot.core.people import Sex
from bot.delivery.screen import Screen
from bot.staff.person_form import is_answered, left_out, next_step
from bot.staff.records import PersonForm, PersonStep
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few, few_lines
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.patients.details import current_line, example_line
from dialogs.staff.list_links import (
    AddPatient,
    DeskPatient,
    DeskPatients,
    DropPatient,
    LeaveOut,
    NewPatient,
    ReviewPatient,
    TakePatientSex,
)
from dialogs.staff.notes import form_of, keep_form
from dialogs.staff.wording import brief_persons

flow = Flow("a new patient", open=True)

QUESTIONS = {
    PersonStep.FAMILY: N_(
        "Write the family name, as in the birth certificate. The given name and the patronymic can be written at once."
    ),
    PersonStep.GIVEN: N_("Write the given name."),
    PersonStep.PATRONYMIC: N_("Write the patronymic."),
    PersonStep.BIRTH_DATE: N_("Write the date of birth: day, month and year."),
    PersonStep.SEX: N_("Is it a girl or a boy?"),
    PersonStep.PHONE: N_(
        "Write the mobile number of the parent. By it the parent sees the visits in the bot once the policy is added "
        "there."
    ),
}
EXAMPLES = {
    PersonStep.FAMILY: "Иванова",
    PersonStep.GIVEN: "Анна",
    PersonStep.PATRONYMIC: "Сергеевна",
    PersonStep.BIRTH_DATE: "16.11.2026",
    PersonStep.PHONE: "8 916 123-45-67",
}
LABELS = {
    PersonStep.FAMILY: N_("Family name"),
    PersonStep.GIVEN: N_("Given name"),
    PersonStep.PATRONYMIC: N_("Patronymic"),
    PersonStep.BIRTH_DATE: N_("Date of birth"),
    PersonStep.SEX: N_("Sex"),
    PersonStep.PHONE: N_("Telephone"),
}
LEFT_OUT = {
    PersonStep.PATRONYMIC: N_("There is no patronymic"),
    PersonStep.PHONE: N_("There is no telephone"),
}


def next_question(form: PersonForm) -> NewPatient | ReviewPatient:
    """Return the screen of the first question without an answer, that of the review if there is none."""
    step = next_step(form)
    return ReviewPatient() if step is None else NewPatient(step=step)


@flow.screen(NewPatient)
async def question(visitor: Visitor, link: NewPatient) -> Screen:
    await visitor.services.clinic_persons.clinic(visitor.account)
    form = form_of(visitor)
    known = answer_of(form, link.step) if is_answered(form, link.step) else ""
    return Screen(
        lines(
            _("<b>New patient</b>"),
            so_far(form),
            [_(QUESTIONS[link.step])],
            example_line(EXAMPLES[link.step]) if link.step in EXAMPLES and not known else "",
            current_line(known),
        ),
        (*answer_rows(link.step), ways_out(way_back(form, link.step))),
        asks=True,
    )


def answer_rows(step: PersonStep) -> list[Row]:
    if step is PersonStep.SEX:
        return [(button(_("A girl"), TakePatientSex(girl=True)), button(_("A boy"), TakePatientSex(girl=False)))]
    return [(button(_(LEFT_OUT[step]), LeaveOut(step=step)),)] if step in LEFT_OUT else []


def way_back(form: PersonForm, step: PersonStep) -> NewPatient | ReviewPatient | DeskPatients:
    """Return the question before this one; the review if all are answered."""
    if next_step(form) is None:
        return ReviewPatient()
    steps = list(PersonStep)
    at = steps.index(step)
    return NewPatient(step=steps[at - 1]) if at else DeskPatients()


def so_far(form: PersonForm) -> str:
    """Return the answers before the question in one line, "" if there are none."""
    born = "" if form.birth_date is None else spoken_date(form.birth_date)
    known = [part for part in (form.name.full.strip(), born) if part]
    return text("{known}", known=", ".join(known))


def answer_of(form: PersonForm, step: PersonStep) -> str:
    match step:
        case PersonStep.FAMILY:
            return form.family
        case PersonStep.GIVEN:
            return form.given
        case PersonStep.PATRONYMIC:
            return form.patronymic or _("none")
        case PersonStep.BIRTH_DATE:
            return "" if form.birth_date is None else spoken_date(form.birth_date)
        case PersonStep.SEX:
            return _("a girl") if form.sex is Sex.FEMALE else _("a boy")
        case PersonStep.PHONE:
            return in_groups(form.phone) if form.phone else _("none")


@flow.answer(NewPatient)
async def on_answer(visitor: Visitor, prompt: NewPatient, typed: str) -> Outcome:
    form = await visitor.services.clinic_persons.answer(visitor.account, form_of(visitor), prompt.step, typed)
    return go_on(visitor, form)


@flow.action(LeaveOut)
async def on_leave_out(visitor: Visitor, link: LeaveOut) -> Outcome:
    await visitor.services.clinic_persons.clinic(visitor.account)
    return go_on(visitor, left_out(form_of(visitor), link.step))


@flow.action(TakePatientSex)
async def on_sex(visitor: Visitor, link: TakePatientSex) -> Outcome:
    typed = "ж" if link.girl else "м"
    return await on_answer(visitor, NewPatient(step=PersonStep.SEX), typed)


def go_on(visitor: Visitor, form: PersonForm) -> Outcome:
    keep_form(visitor, form)
    return next_question(form)


@flow.screen(ReviewPatient)
async def review(visitor: Visitor, link: ReviewPatient) -> Screen:
    form = form_of(visitor)
    alike = await visitor.services.clinic_persons.alike(visitor.account, form)
    labels = brief_persons(alike)
    return Screen(
        lines(
            _("<b>Add this patient to the clinic's list?</b>"),
            few_lines(PersonStep, lambda step: f"{_(LABELS[step])}: {text('{answer}', answer=answer_of(form, step))}"),
            [_("⚠️ The list has a record like this one. Look at it first:")] if alike else "",
        ),
        (
            *few(alike, lambda person: button(labels[person.number], DeskPatient(person=person.number))),
            (button(_("Add the patient"), AddPatient()),),
            *few(PersonStep, lambda step: button(_(LABELS[step]), NewPatient(step=step)), 2),
            (button(_("Drop the answers"), DropPatient()),),
            ways_out(DeskPatients()),
        ),
        asks=True,
    )


@flow.action(AddPatient)
async def on_add(visitor: Visitor, link: AddPatient) -> Outcome:
    form = form_of(visitor)
    person = await visitor.services.clinic_persons.add(visitor.account, form)
    keep_form(visitor, PersonForm())
    if person.phone == (form.phone or ""):
        done = _("✅ The patient is in the list. The policy can be added later.")
    else:
        done = _("⚠️ This patient was in the list already: no second record was made, and it keeps its own telephone.")
    return Reply(DeskPatient(person=person.number), line=done)
