"""Screens of «Настройки и данные»: consents, export, erasure."""

from __future__ import annotations

from bot.account.records import Consent
from bot.core.i18n import gettext as _, ngettext
from bot.core.people import Purpose
from bot.delivery.paper import NotPrinted
from bot.delivery.screen import File, Screen
from bot.privacy.own_data import DataSummary
from dialogs.account.access_code import code_buttons
from dialogs.account.links import Home, HomeBelow
from dialogs.appointments.links import AppointmentList
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import few, few_blocks, few_lines
from dialogs.kit.screen import Row, button, copying, lines, text, unbroken, ways_out
from dialogs.kit.unreadable import unreadable_cards, unreadable_visits
from dialogs.kit.wording import moscow_date, moscow_past
from dialogs.patients.links import PatientCard
from dialogs.privacy.consent import purpose_of, title
from dialogs.privacy.export_paper import export_paper
from dialogs.privacy.kept_visits import kept_visits
from dialogs.privacy.links import (
    STEPS,
    AskConsent,
    AskErase,
    AskExport,
    AskRevoke,
    ConsentText,
    Erase,
    ExportData,
    Journal,
    MyContacts,
    MyData,
    Revoke,
    Welcome,
)

flow = Flow("privacy", open=True, commands={"data": MyData(), "export": AskExport()})


@flow.screen(MyData)
async def my_data(visitor: Visitor, link: MyData) -> Screen:
    summary = await visitor.services.own_data.summary(visitor.account.id)
    account = visitor.account
    agreed = {consent.purpose: consent for consent in summary.consents if consent.purpose in account.consents_in_force}
    given = [agreed[purpose] for purpose in STEPS if purpose in agreed]
    to_give = [purpose for purpose in STEPS if purpose not in account.consents]
    return Screen(
        lines(
            _("<b>My data</b>"),
            few_lines(given, lambda consent: consent_line(consent, is_older=consent.purpose in account.older_consents)),
            few_lines(
                (purpose for purpose in to_give if purpose not in agreed),
                lambda purpose: text(_("Not given: {title}"), title=title(purpose)),
            ),
            unreadable_cards(summary.unreadable),
            [counts(summary), _("Names, policies and what you type are kept encrypted.")],
        ),
        (
            *few_blocks(given, lambda consent: consent_rows(consent.purpose)),
            *few(to_give, lambda p: button(_("Give: {title}").format(title=title(p)), AskConsent(step=STEPS[p]))),
            *([(button(_("Phone and e-mail"), MyContacts()),)] if account.may_link else []),
            code_buttons(visitor),
            (button(_("Journal"), Journal()), button(_("Take a copy"), AskExport())),
            (button(_("Erase everything"), AskErase()),),
            ways_out(),
        ),
    )


def counts(summary: DataSummary) -> str:
    """Return the numbers of children and visits, without zeros."""
    patients = ngettext("{n} child", "{n} children", summary.patients).format(n=summary.patients)
    visits = ngettext("{n} visit ahead", "{n} visits ahead", summary.visits).format(n=summary.visits)
    return ", ".join(phrase for phrase, number in ((patients, summary.patients), (visits, summary.visits)) if number)


def consent_line(consent: Consent, *, is_older: bool) -> str:
    older = _("⚠️ {title}: {date}, version {version}; the text has changed since then")
    return text(
        older if is_older else _("✅ {title}: {date}, version {version}"),
        title=title(consent.purpose),
        date=moscow_past(consent.given_at),
        version=consent.version,
    )


def consent_rows(purpose: Purpose) -> list[Row]:
    step = STEPS[purpose]
    return [
        (button(_("Text: {title}").format(title=title(purpose)), ConsentText(step=step, reading=True)),),
        (button(_("Take back: {title}").format(title=title(purpose)), AskRevoke(step=step)),),
    ]


@flow.screen(AskRevoke)
async def ask_revoke(visitor: Visitor, link: AskRevoke) -> Screen:
    purpose = purpose_of(link.step)
    consequence = (
        _("Reminders will stop. Everything else will work as before.")
        if purpose is Purpose.REMINDERS
        else _(
            "Without it I can neither check the policy nor book nor tell you about changes. Visits already booked "
            "stay at the clinic. If you do not give it again within 30 days, all your data are erased."
        )
    )
    return Screen(
        lines(text(_("<b>Take back the consent: {title}?</b>"), title=title(purpose)), consequence),
        ((button(_("Take back"), Revoke(step=link.step)),), ways_out(MyData())),
    )


@flow.action(Revoke)
async def on_revoke(visitor: Visitor, link: Revoke) -> Outcome:
    purpose = purpose_of(link.step)
    visitor.account = await visitor.services.consents.revoke(visitor.account.id, purpose)
    return Reply(MyData(), line=text(_("✅ The consent is taken back: {title}."), title=title(purpose)))


@flow.screen(AskExport)
async def ask_export(visitor: Visitor, link: AskExport) -> Screen:
    heading = _("<b>Take a copy of everything I keep about you?</b>")
    if link.patient:
        patient = await visitor.services.patients.require(visitor.account.id, link.patient)
        heading = text(_("<b>{name}: take a copy of everything I keep?</b>"), name=patient_name(patient))
    return Screen(
        lines(
            heading,
            _("I will send two files: a PDF to read and a JSON for programs."),
            _("⚠️ Names and numbers are in full there, and the files stay in this chat until you delete them."),
        ),
        (
            (button(_("Send the files"), ExportData(patient=link.patient)),),
            ways_out(PatientCard(patient=link.patient) if link.patient else MyData()),
        ),
    )


@flow.action(ExportData)
async def on_export(visitor: Visitor, link: ExportData) -> Reply:
    export = visitor.services.export
    copy = await export.take(visitor.account.id, link.patient)
    day = moscow_date(visitor.now)
    patient = await visitor.services.patients.require(visitor.account.id, link.patient) if link.patient else None
    name = _("My data {date}").format(date=day) if patient is None else f"{patient_name(patient)} {day}"
    data, json_name = copy.file.data, f"{name}.{'zip' if copy.file.is_packed else 'json'}"
    try:
        printed = await export.print_paper(export_paper(copy.tree, visitor.now))
    except NotPrinted:
        caption = _(
            "Everything I keep, for programs: for a PDF it is too long. Delete the file if others read the chat."
        )
        files: tuple[File, ...] = (File(json_name, data, caption),)
    else:
        files = (
            File(json_name, data, _("For programs: the same as in the PDF.")),
            File(f"{name}.pdf", printed, _("Everything I keep. Delete the files if others read the chat.")),
        )
    return Reply(PatientCard(patient=link.patient) if link.patient else MyData(), files=files)


@flow.screen(AskErase)
async def ask_erase(visitor: Visitor, link: AskErase) -> Screen:
    summary = await visitor.services.own_data.summary(visitor.account.id)
    heading = _("<b>Erase everything?</b>")
    what = _("Children, policies, visits, settings and what you have typed are erased at once and cannot be restored.")
    others = ngettext(
        "{n} card that another representative keeps too stays with its visits; your access to it goes.",
        "{n} cards that another representative keeps too stay with their visits; your access to them goes.",
        summary.shared,
    ).format(n=summary.shared)
    sent = ngettext(
        "{n} open application is withdrawn at the clinic.",
        "{n} open applications are withdrawn at their clinics.",
        summary.applications,
    ).format(n=summary.applications)
    warning = lines(
        heading,
        what,
        others if summary.shared else "",
        sent if summary.applications else "",
        unreadable_visits(summary.unreadable_visits),
    )
    if not summary.unshared_visits:
        return Screen(warning, ((button(_("Yes, erase"), Erase(keep_visits=True)),), ways_out(MyData())))
    upcoming = ngettext(
        "You have {n} visit ahead. What shall I do with it?",
        "You have {n} visits ahead. What shall I do with them?",
        summary.unshared_visits,
    ).format(n=summary.unshared_visits)
    return Screen(
        lines(warning, upcoming),
        (
            (button(_("Cancel visits and erase"), Erase(keep_visits=False)),),
            (button(_("Keep visits and erase"), Erase(keep_visits=True)),),
            (button(_("My visits"), AppointmentList()),),
            ways_out(MyData()),
        ),
    )


@flow.action(Erase)
async def on_erase(visitor: Visitor, link: Erase) -> Outcome:
    erasure, account = visitor.services.erasure, visitor.account.id
    kept = await erasure.visits_lost(account) if link.keep_visits else ()
    number = await erasure.erase(account, keep_visits=link.keep_visits)
    return Screen(
        lines(
            text(
                _("✅ <b>Everything is erased.</b> Number to quote if you have questions: {ref}"), ref=unbroken(number)
            ),
            _("The messages and files in this chat stay with you: delete them by “Clear history”."),
            _("If you come back, we start anew."),
            *kept_visits(visitor, kept),
        ),
        (
            *copying(ref=number),
            (button(_("Start anew"), Welcome()), button(_("Menu"), HomeBelow() if kept else Home())),
        ),
    )
