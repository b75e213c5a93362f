"""Screens that ask for consents: one for each of three purposes."""

from __future__ import annotations

from hashlib import sha256

from bot.account.rules.consents import CONSENT_VERSIONS
from bot.core.i18n import gettext as _, ngettext
from bot.core.people import Account, Purpose
from bot.delivery.screen import Screen
from dialogs.account.links import ChooseLanguage, Help, Home
from dialogs.booking.links import FindClinic
from dialogs.family.links import Invited
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.screen import Row, button, lines, saved_line, text, ways_out
from dialogs.patients.links import (
    ChooseWay,
    Reception,
)
from dialogs.privacy.links import (
    PURPOSES,
    STEPS,
    Agree,
    AgreeTo,
    AskConsent,
    ConsentText,
    Decline,
    Declined,
    MyData,
    Welcome,
)

flow = Flow("consent", open=True)


def purpose_of(step: int) -> Purpose:
    return PURPOSES[min(max(step, 1), len(PURPOSES)) - 1]


def title(purpose: Purpose) -> str:
    return {
        Purpose.REPRESENTATIVE: _("your data"),
        Purpose.PATIENT: _("the child's data"),
        Purpose.REMINDERS: _("reminders"),
    }[purpose]


def digest(purpose: Purpose, visitor: Visitor) -> str:
    """Return the SHA-256 of the text that is shown: it is stored with the consent as a proof."""
    return sha256(full_text(purpose, visitor).encode()).hexdigest()


@flow.screen(Welcome)
async def welcome(visitor: Visitor, link: Welcome) -> Screen:
    return Screen(
        lines(
            _(
                "Hello! I will book your child a doctor by the OMS policy: check the policy, find a doctor and a "
                "time, remind you the day before."
            ),
            _("To keep your data I need your consent. It takes a minute."),
        ),
        (
            (button(_("Read and decide"), AskConsent(step=1)),),
            (button(_("Find a clinic"), FindClinic()),),
            (button("English / Русский", ChooseLanguage()), button(_("Help"), Help())),
        ),
    )


@flow.screen(AskConsent)
async def ask_consent(visitor: Visitor, link: AskConsent) -> Outcome:
    purpose = purpose_of(link.step)
    missing = [each for each in PURPOSES if each in visitor.account.missing_consents]
    if missing and purpose in visitor.account.consents:
        return AskConsent(step=STEPS[missing[0]])  # Never ask for a consent that is given.
    return Screen(
        lines(
            text(_("<b>Consent {step} of 3: {title}</b>"), step=STEPS[purpose], title=title(purpose)),
            what_is_new(purpose) if purpose in visitor.account.older_consents else [],
            summary_lines(purpose, visitor),
        ),
        (
            (
                button(_("I agree"), AgreeTo(step=link.step, version=int(CONSENT_VERSIONS[purpose]))),
                button(_("I do not agree"), Decline(step=link.step)),
            ),
            (button(_("Full text"), ConsentText(step=link.step)),),
            ways_on(visitor.account),
        ),
    )


def ways_on(account: Account) -> Row:
    """Return the last row: «Меню», unless it opens this very screen for an account that still needs a consent."""
    if account.may_link or not account.consents_in_force or account.role is not None:
        return ways_out()
    return button(_("My data"), MyData()), button(_("Help"), Help())


def summary_lines(purpose: Purpose, visitor: Visitor) -> list[str]:
    operator = text(_("<b>Who:</b> {operator}."), operator=visitor.operator.name)
    how_long = {
        Purpose.REPRESENTATIVE: _(
            "<b>How long:</b> while you use the bot; the journal and this consent — three years."
        ),
        Purpose.PATIENT: _(
            "<b>How long:</b> while you use the bot; visits — a year after the visit, the journal and this consent — "
            "three years."
        ),
        Purpose.REMINDERS: _("Without this consent everything else works, only there are no reminders."),
    }[purpose]
    back = _("You can take it back any day: “My data”.")
    return [*what_and_why(purpose), operator, *who_reads(purpose), how_long, *copies(purpose, visitor), back]


def copies(purpose: Purpose, visitor: Visitor) -> list[str]:
    """Return a line about what is erased and still stands in older copies of the database."""
    if purpose is Purpose.REMINDERS:
        return []
    days = visitor.operator.copies_days
    kept = ngettext(
        "<b>Copies</b> in case of a failure keep what was erased for up to {n} day.",
        "<b>Copies</b> in case of a failure keep what was erased for up to {n} days.",
        days,
    )
    return [text(kept, n=days)]


def what_is_new(purpose: Purpose) -> list[str]:
    """Return lines for a person who has agreed to an older text."""
    changed = {
        Purpose.REPRESENTATIVE: _(
            "The text has changed since you agreed. New: who reads the data, when they move to another account, and "
            "how long copies keep what was erased."
        ),
        Purpose.PATIENT: _(
            "The text has changed since you agreed. New: who reads the data, what happens if another account adds this "
            "child, and how long copies keep what was erased."
        ),
        Purpose.REMINDERS: _("The text has changed since you agreed."),
    }[purpose]
    return [changed, _("Until you answer, everything that I send you comes as before.")]


def who_reads(purpose: Purpose) -> list[str]:
    if purpose is Purpose.REMINDERS:
        return []
    return [
        {
            Purpose.REPRESENTATIVE: _(
                "<b>Who reads it:</b> the clinic where a visit is booked, and the operator if you write to them; the "
                "journal shows each time."
            ),
            Purpose.PATIENT: _(
                "<b>Who reads it:</b> the reception of the clinic where a visit is booked or papers are shown, and the "
                "operator if you write to them; the journal shows each time."
            ),
        }[purpose]
    ]


def what_and_why(purpose: Purpose) -> tuple[str, str]:
    if purpose is Purpose.REPRESENTATIVE:
        return (
            _(
                "<b>What:</b> the number (ID) of your Telegram account, language, the journal of what you do here; "
                "phone and e-mail, if you give them."
            ),
            _(
                "<b>Why:</b> to know who acts for the child, to answer you and to give your cards back to you; the "
                "clinic where a visit is booked sees the phone and may call."
            ),
        )
    if purpose is Purpose.PATIENT:
        return (
            _(
                "<b>What:</b> name, date of birth, policy number, visits to doctors; SNILS, birth certificate, "
                "address and the dates of the policy, if you give them."
            ),
            _("<b>Why:</b> to book and to remind."),
        )
    return (
        _(
            "<b>What:</b> in this chat, the time and place of a visit the day before, and when the policy ends or "
            "the card needs you."
        ),
        _("<b>Why:</b> so that neither is forgotten."),
    )


def full_text(purpose: Purpose, visitor: Visitor) -> str:
    """Return the consent as a document; a change of its meaning needs a new version in the rules of consents."""
    operator = visitor.operator
    subject = {
        Purpose.REPRESENTATIVE: _(
            "I, the user of this Telegram account, consent to the processing of my own personal data: the account's "
            "number and language, the journal of my actions in the bot; telephone and e-mail, if I give them."
        ),
        Purpose.PATIENT: _(
            "I, the legal representative of the child whose policy I add, consent to the processing of the child's "
            "personal data: family name, given name, patronymic, date of birth, sex, number and state of the OMS "
            "policy, clinic, visits to doctors and their state (data on health); SNILS, birth certificate, actual "
            "address and the dates of the policy, if I give them."
        ),
        Purpose.REMINDERS: _(
            "I consent to receiving reminders in this chat: of coming visits, with the child's given name, the "
            "doctor, the time and the place, and of the child's card and policy: when it ends and what to check."
        ),
    }[purpose]
    return lines(
        text(_("<b>Consent to the processing of personal data: {title}</b>"), title=title(purpose)),
        text(_("Version {version}"), version=CONSENT_VERSIONS[purpose]),
        [subject],
        who_reads_in_full(purpose),
        [text(_("Operator: {name}."), name=", ".join(filter(None, (operator.name, operator.address))))],
        [
            _(
                "Actions: collection, recording, storage, use, transfer to the clinic and to the register of the "
                "insured for checking the policy and booking, deletion; with and without automation."
            )
        ],
        [
            _(
                "Messages in Telegram pass through its servers, which are outside Russia: do not write more than the "
                "bot asks for."
            )
        ],
        [
            _(
                "The consent holds until it is taken back in “My data” or in writing to the operator. After that the "
                "data are deleted within 30 days; the journal and the consent itself are kept for three years."
            )
        ],
        copies_in_full(purpose, visitor),
    )


def copies_in_full(purpose: Purpose, visitor: Visitor) -> list[str]:
    if purpose is Purpose.REMINDERS:
        return []
    days = visitor.operator.copies_days
    kept = ngettext(
        "Copies of the database, made so that nothing is lost in a failure, keep erased data for up to {n} day more; "
        "if such a copy is restored, the data are erased again before the bot works.",
        "Copies of the database, made so that nothing is lost in a failure, keep erased data for up to {n} days more; "
        "if such a copy is restored, the data are erased again before the bot works.",
        days,
    )
    return [text(kept, n=days)]


def who_reads_in_full(purpose: Purpose) -> list[str]:
    if purpose is Purpose.REMINDERS:
        return []
    return [
        {
            Purpose.REPRESENTATIVE: _(
                "The data are read by the clinic where a visit is booked and, if I write to the operator, by the "
                "operator; each reading is noted in the journal, which I can read. The number of the account is kept "
                "encrypted. The data move to another account only with my consent in the bot, with my access code, or "
                "with papers shown at a clinic; I am told of it, and for 30 days it can be undone."
            ),
            Purpose.PATIENT: _(
                "The data are read by the reception of the clinic where a visit is booked or papers are shown and, if "
                "I write to the operator, by the operator; each reading is noted in the journal, which I can read. If "
                "another account adds the same child, I am told; without my consent or papers shown at a clinic it "
                "sees neither my visits nor what I have typed."
            ),
        }[purpose]
    ]


@flow.screen(ConsentText)
async def consent_text(visitor: Visitor, link: ConsentText) -> Screen:
    back: Link = MyData() if link.reading else AskConsent(step=link.step)
    return Screen(full_text(purpose_of(link.step), visitor), (ways_out(back),))


@flow.action(Agree)
async def on_old_agree(visitor: Visitor, link: Agree) -> Outcome:
    """Ask again: the message with this button does not say which version of the text it has shown."""
    if purpose_of(link.step) in visitor.account.consents:
        return await next_step(visitor, link.step)
    return Reply(AskConsent(step=link.step), _("That button is old. Please read the text of today and press again."))


@flow.action(AgreeTo)
async def on_agree(visitor: Visitor, link: AgreeTo) -> Outcome:
    purpose = purpose_of(link.step)
    if link.version != int(CONSENT_VERSIONS[purpose]):
        return await on_old_agree(visitor, Agree(step=link.step))
    visitor.account = await visitor.services.consents.give(visitor.account.id, purpose, digest(purpose, visitor))
    return saved_at_menu(await next_step(visitor, link.step))


@flow.action(Decline)
async def on_decline(visitor: Visitor, link: Decline) -> Outcome:
    if purpose_of(link.step) is not Purpose.REMINDERS:
        return Declined(step=link.step)
    visitor.account = await visitor.services.consents.revoke(visitor.account.id, Purpose.REMINDERS)
    return saved_at_menu(await next_step(visitor, link.step))


def saved_at_menu(following: Outcome) -> Outcome:
    """Say that the decision is kept where only the menu follows: a further question is an answer by itself."""
    return Reply(following, line=saved_line()) if isinstance(following, Home) else following


async def next_step(visitor: Visitor, step: int) -> Outcome:
    """Return the next consent not given; after the last one an opened invitation, the menu or adding a child."""
    for following in PURPOSES[step:]:
        if following not in visitor.account.consents:
            return AskConsent(step=STEPS[following])
    if not visitor.account.may_link:
        return AskConsent(step=1)
    if (invitation := await visitor.services.invitations.waiting(visitor.account.id)) is not None:
        return Invited(invitation=invitation.id)
    if await visitor.services.invitations.has_lapsed(visitor.account.id):
        return lapsed_invitation()
    return Home() if await visitor.services.patients.list_of(visitor.account.id) else ChooseWay()


def lapsed_invitation() -> Screen:
    """Return the screen for an account whose invitation has expired while it read the consents."""
    return Screen(
        lines(
            _("<b>The invitation to a card has expired.</b>"),
            _("Ask the owner of the card for a new link and open it: the consents need not be given again."),
            _("You can also add the child yourself."),
        ),
        ((button(_("Add a child"), ChooseWay()),), ways_out()),
    )


@flow.screen(Declined)
async def declined(visitor: Visitor, link: Declined) -> Screen:
    patients = await visitor.services.patients.list_of(visitor.account.id)
    has_data = bool(patients or visitor.account.consents_in_force)
    return Screen(
        lines(
            what_is_kept(visitor, has_patients=bool(patients)),
            _("Without this consent I cannot check the policy or book a visit. You can come back to it at any time."),
            _("Your earlier consent holds until you take it back: messages about visits go on.")
            if purpose_of(link.step) in visitor.account.older_consents
            else "",
        ),
        (
            (button(_("Back to the consent"), AskConsent(step=link.step)),),
            (button(_("Other ways to book"), Reception(refused=link.step)),),
            *([(button(_("My data"), MyData()),)] if has_data else []),
            ways_out(),
        ),
    )


def what_is_kept(visitor: Visitor, *, has_patients: bool) -> str:
    """Return a line about data from before the refusal: patients, consents or nothing."""
    if has_patients:
        return _("All right. What I keep already can be erased in “My data”.")
    if visitor.account.consents_in_force:
        return _("All right, I keep nothing of the child.")
    return _("All right, I keep nothing.")
