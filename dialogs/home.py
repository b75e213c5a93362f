"""Screens around the slices: the menu, help, the choice of a language."""

from __future__ import annotations

from collections.abc import Sequence

from bot.applications.records import ApplicationCount
from bot.booking.records import AppointmentCard
from bot.core.clinic import Clinic
from bot.core.i18n import OWN_NAMES, gettext as _, spoken_moment, switch_language
from bot.core.patient import Patient
from bot.core.readable import Readable
from bot.delivery.screen import Screen
from bot.patients.rules.drafts import PolicyDraft
from dialogs.account.help_pages import help_rows
from dialogs.account.links import ChooseLanguage, Help, Home, HomeBelow, SetLanguage
from dialogs.applications.links import MyApplications
from dialogs.appointments.links import AppointmentList
from dialogs.booking.links import ChoosePatient, FindClinic
from dialogs.booking.wording import short_specialist
from dialogs.family.invitation import invitation_rows
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import few
from dialogs.kit.screen import Row, button, copying, lines, text, ways_out
from dialogs.kit.unreadable import unreadable_cards
from dialogs.patients.links import ChooseWay, NoPolicy, PatientList
from dialogs.patients.next_question import next_question
from dialogs.privacy.links import AskConsent, MyData, Welcome
from dialogs.staff.links import Desk
from dialogs.staff.menu import desk_rows

flow = Flow("menu", open=True, commands={"start": Home(), "menu": Home(), "help": Help(), "language": ChooseLanguage()})


@flow.screen(Home)
async def home(visitor: Visitor, link: Home) -> Outcome:
    account = visitor.account
    if account.role is not None and not account.may_link:
        return Desk()
    if not account.consents_in_force:
        return Welcome()
    if not account.may_link:
        return AskConsent(step=1)
    patients, visits, drafts, invitation, applications = await visitor.services.menu.content(account.id)
    invited, unfinished = invitation_rows(invitation), draft_buttons(drafts)
    if not patients and not patients.unreadable:
        return menu_without_patients(visitor, [*invited, *application_rows(applications), *unfinished])
    return menu_with_patients(visitor, patients, visits, [*invited, *application_rows(applications)], unfinished)


@flow.screen(HomeBelow)
async def home_below(visitor: Visitor, link: HomeBelow) -> Outcome:
    return Home()


def menu_without_patients(visitor: Visitor, unfinished: Sequence[Row]) -> Screen:
    return Screen(
        lines(
            _("Let us add a child: then I can book a doctor."),
            _("The policy number, its photo or the child's SNILS is enough."),
            _("If there is no policy yet, I will say what to do."),
        ),
        (
            *unfinished,
            (button(_("Add a child"), ChooseWay()), button(_("No policy yet"), NoPolicy())),
            (button(_("Find a clinic"), FindClinic()),),
            (button(_("My data"), MyData()), button(_("Help"), Help())),
            (button(_("Language / Язык"), ChooseLanguage()),),
            *desk_rows(visitor.account),
        ),
    )


def menu_with_patients(
    visitor: Visitor,
    patients: Readable[Patient],
    visits: Readable[AppointmentCard],
    invited: Sequence[Row],
    unfinished: Sequence[Row],
) -> Screen:
    live = [card for card in visits if card.appointment.is_live]
    count = len(visits)
    next_visit = "" if visits.unreadable and not live else next_visit_line(visitor, patients, live)
    return Screen(
        lines(next_visit, unreadable_cards(patients.unreadable)),
        (
            *invited,
            (button(_("Book a doctor"), ChoosePatient()),),
            *unfinished,
            (
                button(_("My visits · {n}").format(n=count) if count else _("My visits"), AppointmentList()),
                button(_("Children and policies"), PatientList()),
            ),
            (button(_("Find a clinic"), FindClinic()),),
            (button(_("My data"), MyData()), button(_("Help"), Help())),
            *desk_rows(visitor.account),
        ),
    )


def application_rows(applications: ApplicationCount) -> list[Row]:
    """Return the button of the applications once there is one."""
    if not applications.every and not applications.waits:
        return []
    label = _("My applications · {n}").format(n=applications.open) if applications.open else _("My applications")
    return [(button(label, MyApplications()),)]


def next_visit_line(visitor: Visitor, patients: Sequence[Patient], live: Sequence[AppointmentCard]) -> str:
    if not live:
        if len(patients) == 1:
            return text(_("<b>{name}</b> · no visits booked"), name=patient_name(patients[0]))
        return _("No visits are booked.")
    card = live[0]
    return text(
        _("<b>{name}</b> · next visit: {when}, {doctor}"),
        name=patient_name(card.patient),
        when=spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now),
        doctor=short_specialist(card.specialty, card.doctor),
    )


def draft_buttons(drafts: Sequence[PolicyDraft]) -> list[Row]:
    """Return a button that continues the only draft, or one to the list of patients, which has them all."""
    if len(drafts) > 1:
        return [(button(_("Continue adding children · {n}").format(n=len(drafts)), PatientList()),)]
    return few(drafts, lambda draft: button(_("Continue adding a child"), next_question(draft)))


@flow.screen(ChooseLanguage)
async def choose_language(visitor: Visitor, link: ChooseLanguage) -> Screen:
    names = few(OWN_NAMES.items(), lambda own: button(own[1], SetLanguage(language=own[0])), 2)
    return Screen("Выберите язык. Choose a language.", (*names, ways_out()))


@flow.action(SetLanguage)
async def on_set_language(visitor: Visitor, link: SetLanguage) -> Outcome:
    language = link.language if link.language in OWN_NAMES else next(iter(OWN_NAMES))
    await visitor.services.accounts.set_language(visitor.account.id, language)
    switch_language(language)
    return Home()


def silent_line(clinics: Sequence[Clinic]) -> str:
    """Return a line that names the clinics whose system does not answer, at most three of them."""
    if not clinics:
        return ""
    names = ", ".join(clinic.name for clinic in clinics[:3])
    more = len(clinics) - 3
    if more > 0:
        return text(_("⚠️ Not answering right now: {names} and {n} more. Please call them."), names=names, n=more)
    return text(_("⚠️ Not answering right now: {names}. Please call them."), names=names)


@flow.screen(Help)
async def help_screen(visitor: Visitor, link: Help) -> Screen:
    operator = visitor.operator
    return Screen(
        lines(
            _("<b>Help</b>"),
            _("I add a child by the OMS policy, book, move and cancel visits, and remind you the day before."),
            _("If a button seems not to work, send /menu."),
            silent_line(visitor.services.directory.silent_clinics()),
            [_("<b>If the child is unwell:</b> call 103 (ambulance) or 112. I give no medical advice.")],
            [_("<b>Without the bot:</b> call your clinic's reception, or 122; you can also come in person.")],
            [
                text(_("<b>Support:</b> {name}"), name=operator.name),
                text(_("Phone: {phone}"), phone=operator.phone) if operator.phone else "",
                text(_("E-mail: {email}"), email=operator.email) if operator.email else "",
                text(_("Hours: {hours}"), hours=operator.hours) if operator.hours else "",
            ],
        ),
        (
            *help_rows(),
            (button(_("Language / Язык"), ChooseLanguage()),),
            *copying(phone=operator.phone),
            ways_out(),
        ),
    )
