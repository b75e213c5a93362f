"""The follow-up: a code of the clinic starts the booking of a visit to one doctor from a day on."""

from __future__ import annotations

from bot.booking.follow_up import WORD, read_follow_up
from bot.core.clinic import OpenDay
from bot.core.i18n import MOSCOW, gettext as _, numeric_day, past_day
from bot.core.patient import Patient
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from dialogs.account.links import Home
from dialogs.booking.choose import which_day
from dialogs.booking.doctor_card import specialty_and_room
from dialogs.booking.links import Days, FollowUpDays, FollowUpFor, Times
from dialogs.booking.wording import full_doctor_name
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import page_of
from dialogs.kit.screen import button, copying, lines, text, ways_out
from dialogs.patients.links import ChooseWay
from dialogs.privacy.links import AskConsent

flow = Flow("follow-up", open=True)

DAYS_ON_A_PAGE = 9
PATIENTS_ON_A_PAGE = 10


@flow.deep_link(WORD)
async def on_code(visitor: Visitor, rest: str) -> Outcome:
    found = read_follow_up(rest, visitor.now, MOSCOW)
    if found is None:
        return Reply(Home(), _("This code does not work. Choose the doctor yourself."))
    return FollowUpFor(doctor=found.doctor, since=found.since)


@flow.screen(FollowUpFor)
async def follow_up_for(visitor: Visitor, link: FollowUpFor) -> Outcome:
    if not visitor.account.may_link:
        return Screen(
            lines(
                _("The doctor wants to see your child again. I book the visit by the OMS policy."),
                _("To keep your data I need your consent. It takes a minute; then open this code once more."),
            ),
            ((button(_("Read and decide"), AskConsent(step=1)),), ways_out()),
        )
    patients = [each for each in await visitor.services.patients.list_of(visitor.account.id) if each.is_verified]
    if len(patients) == 1:
        return FollowUpDays(patient=patients[0].id, doctor=link.doctor, since=link.since)
    shown = page_of(link, patients, PATIENTS_ON_A_PAGE)

    def patient_button(patient: Patient) -> Button:
        return button(patient_name(patient), FollowUpDays(patient=patient.id, doctor=link.doctor, since=link.since))

    if not patients:
        return Screen(
            _("First a child's policy must be added and checked: then I can book. After that open the code once more."),
            ((button(_("Add a child"), ChooseWay()),), ways_out()),
        )
    return Screen(
        lines(_("<b>The doctor wants to see a child again.</b> Whom shall I book?"), shown.place),
        (*shown.rows(patient_button, 2), ways_out()),
    )


@flow.screen(FollowUpDays)
async def follow_up_days(visitor: Visitor, link: FollowUpDays) -> Screen:
    choice = await visitor.services.choices.days(visitor.account.id, link.patient, link.doctor)
    chosen = choice.chosen
    days = [each for each in choice.days if each.day >= link.since]
    shown = page_of(link, days, DAYS_ON_A_PAGE)
    since = past_day(link.since, local_day(visitor.now, chosen.clinic.zone))
    every = Days(patient=link.patient, doctor=link.doctor)

    def day_button(each: OpenDay) -> Button:
        to = Times(patient=link.patient, doctor=link.doctor, day=each.day)
        return button(f"{numeric_day(each.day)} ({each.free})", to)

    return Screen(
        lines(
            text(_("<b>A follow-up from {day} on: {doctor}</b>"), day=since, doctor=full_doctor_name(chosen.doctor)),
            specialty_and_room(chosen),
            text(_("Patient: {name} · clinic: {clinic}"), name=patient_name(chosen.patient), clinic=chosen.clinic.name),
            which_day(moves=False) if days else _("There is no free time from that day on yet. Look again later, or "
                                                  "call the reception."),
            shown.place,
        ),
        (
            *shown.rows(day_button, 3),
            *([] if len(days) == len(choice.days) else [(button(_("Earlier days too"), every),)]),
            *([] if days else copying(phone=chosen.clinic.phone)),
            ways_out(),
        ),
    )  # fmt: skip
