"""Access: asking for a card that is with somebody else, and the owner's answer; only a number passes between them."""

from __future__ import annotations

from datetime import datetime

from bot.core.i18n import MOSCOW, numeric_date, spoken_moment
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from bot.family.access import Asked, Standing
from dialogs.account.links import Home
from dialogs.family.links import Allow, AnswerRequest, AskAccess, Refuse, RequestAccess, WhoAsks, WhoKeeps
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import button, lines, text, unbroken, ways_out
from dialogs.patients.check_result import ask_access_row
from dialogs.patients.links import CheckPolicy, PatientCard

flow = Flow("access")


# --- who asks ---------------------------------------------------------------------------------------------------------


@flow.action(RequestAccess)
async def on_request(visitor: Visitor, link: RequestAccess) -> Outcome:
    account, card = visitor.account.id, link.patient
    standing = await visitor.services.access.standing(account, card)
    if standing is not None and (link.again or standing.again_at is None):
        await visitor.services.access.ask(account, card)
    return AskAccess(patient=link.patient)


@flow.screen(AskAccess)
async def ask_access(visitor: Visitor, link: AskAccess) -> Outcome:
    standing = await visitor.services.access.standing(visitor.account.id, link.patient)
    return PatientCard(patient=link.patient) if standing is None else as_it_stands(standing, visitor.now)


def as_it_stands(standing: Standing, now: datetime) -> Screen:
    if standing.is_free:
        return free(standing)
    if standing.request is None:
        return not_asked(standing)
    return waiting(standing) if standing.again_at is None else refused(standing, now)


def free(standing: Standing) -> Screen:
    return Screen(
        lines(_("Nobody else has added this policy any more. Check it once more, and the card is yours.")),
        (
            (button(_("Check again"), CheckPolicy(patient=standing.card.id)),),
            ways_out(PatientCard(patient=standing.card.id)),
        ),
    )


def not_asked(standing: Standing) -> Screen:
    return Screen(
        lines(
            _("Another representative of the child has added this policy. I can ask for access."),
            _("I will tell only the number of the request: neither of you learns the other's name from me."),
        ),
        (ask_access_row(standing.card), ways_out(PatientCard(patient=standing.card.id))),
    )


def waiting(standing: Standing) -> Screen:
    request = standing.request
    return Screen(
        lines(
            text(_("<b>The number of the request: {ref}</b>"), ref=unbroken(request.ref)) if request else "",
            _("Tell it to the other parent, in person or by phone. The message with this number is already there."),
            text(
                _("Once access is given, I will write to you. The request stands until {date}."),
                date=numeric_date(request.until.astimezone(MOSCOW).date()),
            )
            if request
            else "",
        ),
        (ways_out(PatientCard(patient=standing.card.id)),),
    )


def refused(standing: Standing, now: datetime) -> Screen:
    again = standing.again_at
    may_ask = again is not None and again <= now
    return Screen(
        lines(
            text(_("<b>No access was given to the card: {name}</b>"), name=standing.card.name.short),
            text(
                _(
                    "If you are the child's legal representative, the clinic settles it. Bring your passport and the "
                    "child's birth certificate (a guardian also the act of guardianship), and tell the reception "
                    "this number: <b>{ref}</b>"
                ),
                ref=unbroken(standing.matter or ""),
            ),
            ""
            if may_ask or again is None
            else text(_("You can ask once more {when}."), when=spoken_moment(again, MOSCOW, now)),
        ),
        (
            *(((button(_("Ask once more"), RequestAccess(patient=standing.card.id, again=True)),),) if may_ask else ()),
            ways_out(PatientCard(patient=standing.card.id)),
        ),
    )


# --- who answers ------------------------------------------------------------------------------------------------------


@flow.screen(AnswerRequest)
async def answer_request(visitor: Visitor, link: AnswerRequest) -> Screen:
    return asked(await visitor.services.access.asked(visitor.account.id, link.request))


def asked(found: Asked) -> Screen:
    request, patient = found
    return Screen(
        lines(
            text(_("⚠️ <b>Somebody asks for access to the card: {name}</b>"), name=patient.name.short),
            text(_("The number of the request: <b>{ref}</b>"), ref=unbroken(request.ref)),
            _("Allow it only if the other parent has told you this very number."),
            [
                text(
                    _(
                        "He will see the card and the visits, book, move and cancel them. The request stands until "
                        "{date}."
                    ),
                    date=numeric_date(request.until.astimezone(MOSCOW).date()),
                )
            ],
        ),
        (
            (button(_("Allow"), Allow(request=request.id)), button(_("Refuse"), Refuse(request=request.id))),
            (button(_("Who is it?"), WhoAsks(request=request.id)),),
            (button(_("Who keeps the card"), WhoKeeps(patient=patient.id)), button(_("Menu"), Home())),
        ),
    )


@flow.screen(WhoAsks)
async def who_asks(visitor: Visitor, link: WhoAsks) -> Screen:
    request, _patient = await visitor.services.access.asked(visitor.account.id, link.request)
    return Screen(
        lines(
            _("<b>Who is it?</b>"),
            _(
                "Somebody who has typed the number of the policy and the child's full name, and the register agreed. "
                "I tell no names: nor does he learn yours."
            ),
            text(
                _("Call the other parent or guardian and ask for the number. If nobody tells you {ref}, refuse."),
                ref=unbroken(request.ref),
            ),
        ),
        (
            (button(_("Allow"), Allow(request=request.id)), button(_("Refuse"), Refuse(request=request.id))),
            ways_out(AnswerRequest(request=request.id)),
        ),
    )


@flow.action(Allow)
async def on_allow(visitor: Visitor, link: Allow) -> Outcome:
    patient = await visitor.services.access.approve(visitor.account.id, link.request)
    return Reply(WhoKeeps(patient=patient), _("Access is given. You can take it away here at any time."))


@flow.action(Refuse)
async def on_refuse(visitor: Visitor, link: Refuse) -> Outcome:
    patient = await visitor.services.access.refuse(visitor.account.id, link.request)
    return Reply(WhoKeeps(patient=patient), _("You have refused. I have told nobody your name."))
