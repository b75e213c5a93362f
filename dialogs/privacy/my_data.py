"""My data: every consent with its date, taking it back, a copy of everything, and erasing everything."""

from __future__ import annotations

from bot.account.records import Consent
from bot.core.i18n import MOSCOW, ngettext, numeric_date
from bot.core.i18n import gettext as _
from bot.core.people import Purpose
from bot.delivery.screen import File, Screen
from bot.privacy.export import as_json
from bot.privacy.privacy import Held
from dialogs.account.access_code import entrance
from dialogs.account.links import Home
from dialogs.appointments.links import AppointmentList
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import Row, button, lines, text, unbroken, ways_out
from dialogs.patients.links import PatientCard
from dialogs.privacy.consent import STEPS, purpose_of, title
from dialogs.privacy.export_paper import export_paper
from dialogs.privacy.links import (
    AskConsent,
    AskErase,
    AskRevoke,
    AskTakeOut,
    ConsentText,
    Erase,
    Journal,
    MyContacts,
    MyData,
    Revoke,
    TakeOut,
    Welcome,
)

flow = Flow("privacy", open=True, commands={"data": MyData(), "export": AskTakeOut()})


@flow.screen(MyData)
async def my_data(visitor: Visitor, link: MyData) -> Screen:
    held = await visitor.services.privacy.held(visitor.account.id)
    agreed = {consent.purpose: consent for consent in held.consents if consent.purpose in visitor.account.consents}
    given = [agreed[purpose] for purpose in STEPS if purpose in agreed]
    missing = [purpose for purpose in STEPS if purpose not in visitor.account.consents]
    return Screen(
        lines(
            _("<b>My data</b>"),
            [consent_line(consent) for consent in given],
            [text(_("Not given: {title}"), title=title(purpose)) for purpose in missing],
            [counted(held), _("Names, policies and what you type are kept encrypted.")],
        ),
        (
            *((consent_buttons(consent.purpose)) for consent in given),
            *((button(_("Give: {title}").format(title=title(p)), AskConsent(step=STEPS[p])),) for p in missing),
            *([(button(_("Phone and e-mail"), MyContacts()),)] if visitor.account.may_link else []),
            entrance(visitor),
            (button(_("Journal"), Journal()), button(_("Take a copy"), AskTakeOut())),
            (button(_("Erase everything"), AskErase()),),
            ways_out(),
        ),
    )


def counted(held: Held) -> str:
    """What there is none of is not spoken of."""
    patients = ngettext("{n} child", "{n} children", held.patients).format(n=held.patients)
    visits = ngettext("{n} visit ahead", "{n} visits ahead", held.visits).format(n=held.visits)
    return ", ".join(said for said, number in ((patients, held.patients), (visits, held.visits)) if number)


def consent_line(consent: Consent) -> str:
    return text(
        _("✅ {title}: {date}, version {version}"),
        title=title(consent.purpose),
        date=numeric_date(consent.given_at.astimezone(MOSCOW).date()),
        version=consent.version,
    )


def consent_buttons(purpose: Purpose) -> Row:
    step = STEPS[purpose]
    return (
        button(_("Text: {title}").format(title=title(purpose)), ConsentText(step=step, reading=True)),
        button(_("Take back"), AskRevoke(step=step)),
    )


@flow.screen(AskRevoke)
async def ask_revoke(visitor: Visitor, link: AskRevoke) -> Screen:
    purpose = purpose_of(link.step)
    stops = (
        _("Reminders will stop. Everything else will work as before.")
        if purpose is Purpose.REMINDERS
        else _(
            "Without it I can neither check the policy nor book nor tell you about changes. Visits already booked "
            "stay at the clinic. If you do not give it again within 30 days, all your data are erased."
        )
    )
    return Screen(
        lines(text(_("<b>Take back the consent: {title}?</b>"), title=title(purpose)), stops),
        ((button(_("Take back"), Revoke(step=link.step)),), ways_out(MyData())),
    )


@flow.action(Revoke)
async def on_revoke(visitor: Visitor, link: Revoke) -> Outcome:
    visitor.account = await visitor.services.privacy.revoke(visitor.account.id, purpose_of(link.step))
    return MyData()


@flow.screen(AskTakeOut)
async def ask_take_out(visitor: Visitor, link: AskTakeOut) -> Screen:
    """Said before, because the files stay in the chat."""
    heading = _("<b>Take a copy of everything I keep about you?</b>")
    if link.patient:
        patient = await visitor.services.patients.require(visitor.account.id, link.patient)
        heading = text(_("<b>{name}: take a copy of everything I keep?</b>"), name=patient.name.short)
    return Screen(
        lines(
            heading,
            _("I will send two files: a PDF to read and a JSON for programs."),
            _("⚠️ Names and numbers are in full there, and the files stay in this chat until you delete them."),
        ),
        (
            (button(_("Send the files"), TakeOut(patient=link.patient)),),
            ways_out(PatientCard(patient=link.patient) if link.patient else MyData()),
        ),
    )


@flow.action(TakeOut)
async def on_take_out(visitor: Visitor, link: TakeOut) -> Reply:
    export = visitor.services.export
    tree = await export.gather(visitor.account.id, link.patient)
    printed = await export.print_paper(export_paper(tree, visitor.now))
    day = numeric_date(visitor.now.astimezone(MOSCOW).date())
    whose = await visitor.services.patients.require(visitor.account.id, link.patient) if link.patient else None
    name = _("My data {date}").format(date=day) if whose is None else f"{whose.name.short} {day}"
    return Reply(
        PatientCard(patient=link.patient) if link.patient else MyData(),
        files=(
            File(f"{name}.json", as_json(tree), _("For programs: the same as in the PDF.")),
            File(f"{name}.pdf", printed, _("Everything I keep. Delete the files if others read the chat.")),
        ),
    )


@flow.screen(AskErase)
async def ask_erase(visitor: Visitor, link: AskErase) -> Screen:
    held = await visitor.services.privacy.held(visitor.account.id)
    heading = _("<b>Erase everything?</b>")
    what = _("Children, policies, visits, settings and what you have typed are erased at once and cannot be restored.")
    others = ngettext(
        "{n} card that another representative keeps too stays with its visits; your access to it goes.",
        "{n} cards that another representative keeps too stay with their visits; your access to them goes.",
        held.shared,
    ).format(n=held.shared)
    told = lines(heading, what, others if held.shared else "")
    if not held.own_visits:
        return Screen(told, ((button(_("Yes, erase"), Erase(keep_visits=True)),), ways_out(MyData())))
    ahead = ngettext(
        "You have {n} visit ahead. What shall I do with it?",
        "You have {n} visits ahead. What shall I do with them?",
        held.own_visits,
    ).format(n=held.own_visits)
    return Screen(
        lines(told, ahead),
        (
            (button(_("Cancel visits and erase"), Erase(keep_visits=False)),),
            (button(_("Keep visits and erase"), Erase(keep_visits=True)),),
            (button(_("My visits"), AppointmentList()),),
            ways_out(MyData()),
        ),
    )


@flow.action(Erase)
async def on_erase(visitor: Visitor, link: Erase) -> Outcome:
    number = await visitor.services.privacy.erase(visitor.account.id, keep_visits=link.keep_visits)
    return Screen(
        lines(
            text(
                _("✅ <b>Everything is erased.</b> Number to quote if you have questions: {ref}"), ref=unbroken(number)
            ),
            _("If you come back, we start anew."),
        ),
        ((button(_("Start anew"), Welcome()), button(_("Menu"), Home())),),
    )
