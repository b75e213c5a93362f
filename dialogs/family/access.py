"""Requests for access to a card: the screens of the requesting account and of the owner."""

from __future__ import annotations

from datetime import datetime

from bot.core.i18n import MOSCOW, gettext as _, spoken_moment
from bot.delivery.screen import Screen
from bot.family.access import AccessState, OpenRequest
from bot.family.records import AccessRequest
from bot.glossary import PatientId
from dialogs.account.links import Home
from dialogs.family.links import Allow, AnswerRequest, AskAccess, Refuse, RequestAccess, WhoAsks, WhoKeeps
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import button, lines, text, unbroken, ways_out
from dialogs.kit.wording import moscow_date
from dialogs.patients.check_result import ask_access_row
from dialogs.patients.links import CheckPolicy, PatientCard

flow = Flow("access")


# --- asking -----------------------------------------------------------------------------------------------------------


@flow.action(RequestAccess)
async def on_request(visitor: Visitor, link: RequestAccess) -> Outcome:
    account, card = visitor.account.id, link.patient
    state = await visitor.services.access.state(account, card)
    if state is not None and (link.again or state.again_at is None):
        await visitor.services.access.ask(account, card)
    return AskAccess(patient=link.patient)


@flow.screen(AskAccess)
async def ask_access(visitor: Visitor, link: AskAccess) -> Outcome:
    state = await visitor.services.access.state(visitor.account.id, link.patient)
    return PatientCard(patient=link.patient) if state is None else state_screen(state, visitor.now)


def state_screen(state: AccessState, now: datetime) -> Screen:
    if state.is_free:
        return free_screen(state)
    if state.request is None:
        return not_asked_screen(state)
    if state.again_at is None:
        return waiting_screen(state.card.id, state.request)
    return refused_screen(state, state.again_at, now)


def free_screen(state: AccessState) -> Screen:
    return Screen(
        _("Nobody else has added this policy any more. Check it once more, and the card is yours."),
        (
            (button(_("Check again"), CheckPolicy(patient=state.card.id)),),
            ways_out(PatientCard(patient=state.card.id)),
        ),
    )


def not_asked_screen(state: AccessState) -> Screen:
    return Screen(
        lines(
            _("Another representative of the child has added this policy. I can ask for access."),
            _("I will tell only the number of the request: neither of you learns the other's name from me."),
        ),
        (ask_access_row(state.card), ways_out(PatientCard(patient=state.card.id))),
    )


def waiting_screen(card: PatientId, request: AccessRequest) -> Screen:
    return Screen(
        lines(
            text(_("<b>The number of the request: {ref}</b>"), ref=unbroken(request.ref)),
            _("Tell it to the other parent, in person or by phone. The message with this number is already there."),
            text(
                _("Once access is given, I will write to you. The request stands until {date}."),
                date=moscow_date(request.until),
            ),
        ),
        (ways_out(PatientCard(patient=card)),),
    )


def refused_screen(state: AccessState, again_at: datetime, now: datetime) -> Screen:
    may_ask = again_at <= now
    return Screen(
        lines(
            text(_("<b>No access was given to the card: {name}</b>"), name=state.card.name.short),
            text(
                _(
                    "If you are the child's legal representative, the clinic settles it. Bring your passport and the "
                    "child's birth certificate (a guardian also the act of guardianship), and tell the reception "
                    "this number: <b>{ref}</b>"
                ),
                ref=unbroken(state.matter or ""),
            ),
            "" if may_ask else text(_("You can ask once more {when}."), when=spoken_moment(again_at, MOSCOW, now)),
        ),
        (
            *(((button(_("Ask once more"), RequestAccess(patient=state.card.id, again=True)),),) if may_ask else ()),
            ways_out(PatientCard(patient=state.card.id)),
        ),
    )


# --- answering --------------------------------------------------------------------------------------------------------


@flow.screen(AnswerRequest)
async def answer_request(visitor: Visitor, link: AnswerRequest) -> Screen:
    return request_screen(await visitor.services.access.require_request(visitor.account.id, link.request))


def request_screen(found: OpenRequest) -> Screen:
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
                    date=moscow_date(request.until),
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
    request, _patient = await visitor.services.access.require_request(visitor.account.id, link.request)
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
