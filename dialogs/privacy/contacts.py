"""Screens of an account's contacts; a shared phone may lead to a takeover."""

from __future__ import annotations

from bot.account.problems import PhoneProblem
from bot.account.records import Contact
from bot.core.errors import InvalidInput
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from bot.privacy.own_data import ContactsSummary
from dialogs.booking.links import ChoosePatient
from dialogs.kit.flow import Flow, Outcome, Reply, SharedContact, Visitor
from dialogs.kit.link import Link
from dialogs.kit.screen import Row, button, lines, saved_line, text, ways_out
from dialogs.patients.links import LevelNeeded
from dialogs.privacy.links import AskEmail, AskPhone, MyContacts, MyData, RemoveEmail, RemovePhone
from dialogs.privacy.takeover import (
    answer_buttons,
    question_to_old,
    state_for_moved,
    state_for_new,
    takeover_buttons,
    undo_buttons,
)

flow = Flow("contacts")


# --- the contacts -----------------------------------------------------------------------------------------------------


@flow.screen(MyContacts)
async def my_contacts(visitor: Visitor, link: MyContacts) -> Screen:
    summary = await visitor.services.own_data.contacts(visitor.account.id)
    contact = summary.contact
    title = _("<b>Phone and e-mail</b>")
    if (asked := summary.as_old) is not None:
        question = question_to_old(visitor, asked)
        return Screen(lines(title, contact_lines(contact), [question]), (answer_buttons(asked), ways_out(MyData())))
    if (wanted := summary.as_new) is not None:
        state = state_for_new(visitor, wanted)
        return Screen(lines(title, contact_lines(contact), [state]), (*takeover_buttons(wanted), ways_out(MyData())))
    moved = summary.moved
    return Screen(
        lines(
            title,
            contact_lines(contact),
            reasons_to_give(contact),
            [readiness(summary)],
            [_("What you had here is in your other account."), state_for_moved(visitor, moved)] if moved else [],
        ),
        (
            *([undo_buttons(moved)] if moved else []),
            phone_buttons(contact),
            email_buttons(contact),
            *([(button(_("Book a doctor"), ChoosePatient()),)] if summary.has_policy else []),
            ways_out(MyData()),
        ),
    )


def contact_lines(contact: Contact) -> tuple[str, str]:
    return (
        text(_("✅ Phone: {phone}"), phone=contact.masked_phone) if contact.phone else _("Phone: not given"),
        text(_("✅ E-mail: {email}"), email=contact.masked_email) if contact.email else _("E-mail: not given"),
    )


def reasons_to_give(contact: Contact) -> list[str]:
    """Return why to give the contacts that are missing, and how they are kept."""
    return [
        ""
        if contact.phone
        else _(
            "A phone is optional. With it the clinic may call you about a visit. If you lose this Telegram account, "
            "you get your cards back with it and your access code or papers."
        ),
        "" if contact.email else _("An e-mail is optional too: it is for reaching you without Telegram."),
        _("All of it is kept encrypted."),
    ]


def readiness(summary: ContactsSummary) -> str:
    """Return a line about what booking needs."""
    if not summary.has_policy:
        return _("⚠️ To book, one thing is missing: a confirmed policy.")
    if summary.contact.phone:
        return _("✅ Ready to book: consents, phone and policy are in place.")
    return _("✅ Ready to book: consents and policy are in place.")


def phone_buttons(contact: Contact) -> Row:
    if contact.phone is None:
        return (button(_("Share the number"), AskPhone()),)
    return (button(_("Another number"), AskPhone()), button(_("Remove the number"), RemovePhone()))


def email_buttons(contact: Contact) -> Row:
    if contact.email is None:
        return (button(_("Give an e-mail"), AskEmail()),)
    return (button(_("Another e-mail"), AskEmail()), button(_("Remove the e-mail"), RemoveEmail()))


# --- the phone --------------------------------------------------------------------------------------------------------


@flow.screen(AskPhone)
async def ask_phone(visitor: Visitor, link: AskPhone) -> Screen:
    booking = booking_that_waits(link)
    return Screen(
        lines(
            _("Press “Share my number” under the input field: Telegram gives me the number of this account."),
            _("A Russian mobile number will do, and there is no need to type it."),
            _("Most clinics book without one.") if booking is None else _("After that you choose the doctor."),
        ),
        (ways_out(booking or MyContacts()),),
        asks=True,
        shares_phone=True,
    )


@flow.contact(AskPhone)
async def on_phone(visitor: Visitor, prompt: AskPhone, shared: SharedContact) -> Outcome:
    if not shared.own:
        raise InvalidInput(PhoneProblem.NOT_YOURS)
    await visitor.services.contacts.share_phone(visitor.account, shared.phone)
    visitor.services.elsewhere.look_soon(visitor.account.id, anew=True)
    booking = booking_that_waits(prompt)
    if booking is None or (await visitor.services.own_data.contacts(visitor.account.id)).as_new is not None:
        return Reply(MyContacts(), line=saved_line())
    return Reply(booking, line=saved_line())


def booking_that_waits(prompt: AskPhone) -> Link | None:
    """Return the link to the clinic that demands the phone: to its demand, and to its specialties once it is met."""
    if prompt.patient is None or prompt.clinic is None:
        return None
    return LevelNeeded(patient=prompt.patient, clinic=prompt.clinic)


@flow.answer(AskPhone)
async def on_typed_phone(visitor: Visitor, prompt: AskPhone, typed: str) -> Outcome:
    if typed.strip() == _("Not now"):
        return booking_that_waits(prompt) or MyContacts()
    raise InvalidInput(PhoneProblem.TYPED)


@flow.action(RemovePhone)
async def on_remove_phone(visitor: Visitor, link: RemovePhone) -> Outcome:
    await visitor.services.contacts.remove_phone(visitor.account.id)
    visitor.services.elsewhere.look_soon(visitor.account.id, anew=True)
    return MyContacts()


# --- the e-mail -------------------------------------------------------------------------------------------------------


@flow.screen(AskEmail)
async def ask_email(visitor: Visitor, link: AskEmail) -> Screen:
    return Screen(
        lines(
            _("Write your e-mail. I delete your message once I have read it."),
            _("For example: {example}").format(example="anna@example.org"),
        ),
        (ways_out(MyContacts()),),
        asks=True,
    )


@flow.answer(AskEmail)
async def on_email(visitor: Visitor, prompt: AskEmail, typed: str) -> Outcome:
    await visitor.services.contacts.set_email(visitor.account, typed)
    return Reply(MyContacts(), line=saved_line())


@flow.action(RemoveEmail)
async def on_remove_email(visitor: Visitor, link: RemoveEmail) -> Outcome:
    await visitor.services.contacts.remove_email(visitor.account.id)
    return MyContacts()
