"""The representatives of a patient: the list, an invitation link, revoking access, and handing the card over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlencode

from bot.core.i18n import gettext as _
from bot.delivery.screen import Button, Screen
from bot.family.invitations import VALID_FOR
from bot.family.records import AccessRequest
from bot.family.representatives import Household, SharedCard
from bot.patients.records import Representation
from dialogs.account.links import Home
from dialogs.family.links import (
    AnswerRequest,
    AskEndSharing,
    AskPromote,
    AskTakeAway,
    CancelInvitation,
    Invite,
    MakeInvitation,
    Promote,
    ShareBack,
    TakeAway,
    WhoKeeps,
)
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import page_of
from dialogs.kit.screen import Row, button, lines, text, unbroken, ways_out
from dialogs.kit.wording import moscow_moment, moscow_past
from dialogs.patients.links import PatientCard

PEOPLE_ON_A_PAGE = 5

flow = Flow("family")


# --- representatives --------------------------------------------------------------------------------------------------


@flow.screen(WhoKeeps)
async def who_keeps(visitor: Visitor, link: WhoKeeps) -> Screen:
    house = await visitor.services.family.household(visitor.account.id, link.patient)
    invitation = house.invitation
    people = page_of(link, kept_by(house), PEOPLE_ON_A_PAGE)
    return Screen(
        lines(
            text(_("<b>Who keeps the card: {name}</b>"), name=patient_name(house.patient)),
            people.lines(lambda each: each.line),
            [_("The owner edits the card and decides who keeps it. The others see it, book, move and cancel visits.")],
            [text(_("An invitation link is out until {when}."), when=moscow_moment(invitation.until, visitor.now))]
            if invitation
            else "",
        ),
        (
            *people.blocks(lambda each: each.rows),
            *(owner_rows(house) if house.mine.is_owner else ()),
            ways_out(PatientCard(patient=link.patient)),
        ),
    )


class Keeper(NamedTuple):
    """One item of the list of those who keep a card, see its visits or ask to: its line and its buttons."""

    line: str
    rows: tuple[Row, ...] = ()


def kept_by(house: Household) -> list[Keeper]:
    """Return the representatives, the owner first, then by date; requests and shared cards; nobody has a name."""
    in_order = sorted((house.mine, *house.others), key=lambda each: (not each.is_owner, each.since, each.account))
    numbered = enumerate(in_order, 1)
    return [
        *(representative(house, number, each) for number, each in numbered),
        *(request_to_answer(each) for each in house.requests),
        *(shared_card(house, number, each) for number, each in enumerate(house.shared, 1)),
    ]


def representative(house: Household, number: int, each: Representation) -> Keeper:
    line = f"{number}. {described(each, is_me=each is house.mine)}"
    if each is house.mine or not house.mine.is_owner:
        return Keeper(line)
    mark = f" · {number}" if len(house.others) > 1 else ""
    patient = house.patient.id
    return Keeper(
        line,
        (
            (
                button(_("Take access away") + mark, AskTakeAway(patient=patient, who=each.account)),
                button(_("Make the owner") + mark, AskPromote(patient=patient, who=each.account)),
            ),
        ),
    )


def request_to_answer(request: AccessRequest) -> Keeper:
    label = _("Request {ref}").format(ref=unbroken(request.ref))
    return Keeper("", ((button(label, AnswerRequest(request=request.id)),),))


def shared_card(house: Household, number: int, shared: SharedCard) -> Keeper:
    mark = f" · {number}" if len(house.shared) > 1 else ""
    end = button(_("End the sharing") + mark, AskEndSharing(patient=house.patient.id, other=shared.card))
    return Keeper(text(shared_words(shared), date=moscow_past(shared.since)), ((end,),))


def described(each: Representation, *, is_me: bool) -> str:
    since = moscow_past(each.since)
    if is_me:
        who = _("you, the owner") if each.is_owner else text(_("you, since {date}"), date=since)
    elif each.is_owner:
        who = _("the owner of the card")
    else:
        who = text(_("another representative, since {date}"), date=since)
    seen = _("papers seen at the clinic")
    return f"{who}; {seen}" if each.papers_at else who


def shared_words(shared: SharedCard) -> str:
    """Return a sentence with the placeholder {date}."""
    if shared.sees_ours and shared.shows_theirs:
        return _("One more account has a card of its own; since {date} you see each other's visits.")
    if shared.sees_ours:
        return _("One more account has a card of its own; since {date} it sees your visits.")
    return _("One more account has a card of its own; since {date} you see its visits, and it does not see yours.")


def owner_rows(house: Household) -> Iterable[Row]:
    """Return the rows that are about nobody in the list."""
    patient = house.patient
    if any(each.shows_theirs and not each.sees_ours for each in house.shared):
        yield (button(_("Share my visits too"), ShareBack(patient=patient.id)),)
    if patient.may_be_shared:
        yield (button(_("Invite by a link"), Invite(patient=patient.id)),)
    if house.invitation is not None:
        yield (button(_("Cancel the link"), CancelInvitation(patient=patient.id)),)


# --- inviting ---------------------------------------------------------------------------------------------------------


@flow.screen(Invite)
async def invite(visitor: Visitor, link: Invite) -> Screen:
    house = await visitor.services.family.household(visitor.account.id, link.patient)
    return Screen(
        lines(
            _("<b>Invite one more representative</b>"),
            _("I will make a link. Send it only to somebody you trust: it works for a day, for the first to open it."),
            text(
                _(
                    "He will see the card and the visits ({name}), book, move and cancel them. Editing the card and "
                    "inviting others stays with you."
                ),
                name=patient_name(house.patient),
            ),
            _("The link made before will stop working.") if house.invitation else "",
        ),
        ((button(_("Make the link"), MakeInvitation(patient=link.patient)),), ways_out(WhoKeeps(patient=link.patient))),
    )


@flow.action(MakeInvitation)
async def on_invite(visitor: Visitor, link: MakeInvitation) -> Screen:
    token = await visitor.services.invitations.make(visitor.account.id, link.patient)
    address = f"https://t.me/{visitor.username}?start=inv_{token}"
    words = _("An invitation to keep a child's card in the bot that books doctors. It works for a day.")
    share = "https://t.me/share/url?" + urlencode({"url": address, "text": words})
    return Screen(
        lines(
            _("✅ <b>The link is ready</b>"),
            text("{address}", address=address),
            text(
                _(
                    "Send it to the other parent. It works once, until {when}. I will not show it again: if it gets "
                    "lost, make a new one."
                ),
                when=moscow_moment(visitor.now + VALID_FOR, visitor.now),
            ),
        ),
        (
            (Button(_("Send"), url=share),),
            (button(_("Who keeps the card"), WhoKeeps(patient=link.patient)), button(_("Menu"), Home())),
        ),
    )


@flow.action(CancelInvitation)
async def on_cancel_invitation(visitor: Visitor, link: CancelInvitation) -> Outcome:
    await visitor.services.invitations.cancel(visitor.account.id, link.patient)
    return Reply(WhoKeeps(patient=link.patient), _("The link does not work any more."))


# --- rights -----------------------------------------------------------------------------------------------------------


@flow.screen(AskTakeAway)
async def ask_take_away(visitor: Visitor, link: AskTakeAway) -> Screen:
    return await confirm_about_other(
        visitor,
        link,
        _("<b>Take away the access to the card: {name}?</b>"),
        _("The other representative will be told. The visits that they have booked stay, and you will see them."),
        button(_("Take access away"), TakeAway(patient=link.patient, who=link.who)),
    )


async def confirm_about_other(
    visitor: Visitor, link: AskTakeAway | AskPromote, question: str, consequence: str, yes: Button
) -> Screen:
    """Return the screen that asks before access is revoked or the card handed over; ``question`` contains {name}."""
    patient = await visitor.services.family.require_other(visitor.account.id, link.patient, link.who)
    return Screen(
        lines(text(question, name=patient_name(patient)), consequence),
        ((yes,), ways_out(WhoKeeps(patient=link.patient))),
    )


@flow.action(TakeAway)
async def on_take_away(visitor: Visitor, link: TakeAway) -> Outcome:
    await visitor.services.family.revoke(visitor.account.id, link.patient, link.who)
    return Reply(WhoKeeps(patient=link.patient), _("The access is taken away."))


@flow.screen(AskPromote)
async def ask_promote(visitor: Visitor, link: AskPromote) -> Screen:
    return await confirm_about_other(
        visitor,
        link,
        _("<b>Hand over the card: {name}?</b>"),
        _(
            "The other representative becomes the owner: they edit the card, decide who keeps it, and may take "
            "your access away. You keep seeing the card and booking."
        ),
        button(_("Hand the card over"), Promote(patient=link.patient, who=link.who)),
    )


@flow.action(Promote)
async def on_promote(visitor: Visitor, link: Promote) -> Outcome:
    await visitor.services.family.promote(visitor.account.id, link.patient, link.who)
    return Reply(WhoKeeps(patient=link.patient), _("The card is handed over. You may still look and book."))
