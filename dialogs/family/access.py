"""Two accounts with a card of one child: how the limited one is proved, and what the other one answers."""

from __future__ import annotations

from datetime import datetime

from bot.core.i18n import MOSCOW, gettext as _, spoken_moment
from bot.delivery.screen import Screen
from bot.family.access import AccessState, OpenRequest
from dialogs.account.links import Home
from dialogs.family.links import (
    Allow,
    AnswerRequest,
    AskAccess,
    AskEndSharing,
    EndSharing,
    Refuse,
    RequestAccess,
    ShareBack,
    WhoAsks,
    WhoKeeps,
)
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.screen import Row, button, copying, lines, text, unbroken, ways_out
from dialogs.kit.wording import moscow_day
from dialogs.patients.links import PatientCard

flow = Flow("access")


# --- the limited card -------------------------------------------------------------------------------------------------


@flow.action(RequestAccess)
async def on_request(visitor: Visitor, link: RequestAccess) -> Outcome:
    await visitor.services.access.ask(visitor.account.id, link.patient)
    return AskAccess(patient=link.patient)


@flow.screen(AskAccess)
async def ask_access(visitor: Visitor, link: AskAccess) -> Outcome:
    state = await visitor.services.access.state(visitor.account.id, link.patient)
    return PatientCard(patient=link.patient) if state is None else state_screen(state, visitor.now)


def state_screen(state: AccessState, now: datetime) -> Screen:
    card = state.card
    return Screen(
        lines(
            text(_("<b>Another account has a card of this child: {name}</b>"), name=patient_name(card)),
            _("Until it agrees or the reception sees your papers, you may have one visit booked here."),
            asked_text(state, now),
            text(
                _(
                    "Or show your papers at the reception of the child's clinic: your passport and the birth "
                    "certificate (a guardian also the act of guardianship). Tell this number there: <b>{ref}</b>"
                ),
                ref=unbroken(state.matter),
            ),
        ),
        (*ask_again_rows(state, now), *copying(ref=told_number(state)), ways_out(PatientCard(patient=card.id))),
    )


def told_number(state: AccessState) -> str:
    """Return the number to tell next: of the only open request, of the desk matter if none is open, else ""."""
    if not state.open:
        return state.matter
    return state.open[0].ref if len(state.open) == 1 else ""


def asked_text(state: AccessState, now: datetime) -> str:
    """Return what the other accounts have answered, with the numbers of the requests that wait."""
    if state.open:
        numbers = ", ".join(unbroken(request.ref) for request in state.open)
        return text(
            _(
                "I have asked it. The number of the request: <b>{ref}</b>. Tell this number to the other parent, in "
                "person or by phone. The request stands until {date}."
            ),
            ref=numbers,
            date=moscow_day(max(request.until for request in state.open), now),
        )
    if state.again_at is not None and now < state.again_at:
        when = spoken_moment(state.again_at, MOSCOW, now)
        return text(_("It does not agree to show you its visits. You can ask once more {when}."), when=when)
    return _("It has not agreed. You can ask once more.")


def ask_again_rows(state: AccessState, now: datetime) -> tuple[Row, ...]:
    may_ask = not state.open and (state.again_at is None or state.again_at <= now)
    return ((button(_("Ask once more"), RequestAccess(patient=state.card.id, again=True)),),) if may_ask else ()


# --- the answer -------------------------------------------------------------------------------------------------------


@flow.screen(AnswerRequest)
async def answer_request(visitor: Visitor, link: AnswerRequest) -> Screen:
    found = await visitor.services.access.require_request(visitor.account.id, link.request)
    return request_screen(found, visitor.now)


def request_screen(found: OpenRequest, now: datetime) -> Screen:
    request, patient = found
    return Screen(
        lines(
            text(_("⚠️ <b>One more account has made a card of this child: {name}</b>"), name=patient_name(patient)),
            _("It has typed all data of the policy. It does not see your card and your visits."),
            text(
                _(
                    "If it is your family, its owner tells you the number <b>{ref}</b>. Then it will see your visits, "
                    "move and cancel them."
                ),
                ref=unbroken(request.ref),
            ),
            [text(_("You can answer until {date}."), date=moscow_day(request.until, now))],
        ),
        (
            answer_row(found),
            (button(_("Who is it?"), WhoAsks(request=request.id)),),
            (button(_("Who keeps the card"), WhoKeeps(patient=patient.id)), button(_("Menu"), Home())),
        ),
    )


def answer_row(found: OpenRequest) -> Row:
    request = found.request.id
    return (button(_("It is our family"), Allow(request=request)), button(_("Not us"), Refuse(request=request)))


@flow.screen(WhoAsks)
async def who_asks(visitor: Visitor, link: WhoAsks) -> Screen:
    found = await visitor.services.access.require_request(visitor.account.id, link.request)
    return Screen(
        lines(
            _("<b>Who is it?</b>"),
            _(
                "Somebody who has typed the policy and the child's full name, and the register agreed. I tell no "
                "names, and yours to nobody."
            ),
            text(
                _(
                    "Call the other parent or guardian and ask for the number. If nobody tells you {ref}, press “Not "
                    "us”."
                ),
                ref=unbroken(found.request.ref),
            ),
            _("Without your consent this account may have one visit booked, until the reception sees its papers."),
        ),
        (answer_row(found), ways_out(AnswerRequest(request=link.request))),
    )


@flow.action(Allow)
async def on_allow(visitor: Visitor, link: Allow) -> Outcome:
    patient = await visitor.services.access.approve(visitor.account.id, link.request)
    return Reply(WhoKeeps(patient=patient), _("Your visits are shared. You can end it here at any time."))


@flow.action(Refuse)
async def on_refuse(visitor: Visitor, link: Refuse) -> Outcome:
    patient = await visitor.services.access.refuse(visitor.account.id, link.request)
    return Reply(
        WhoKeeps(patient=patient),
        _("Nothing is shared. If somebody has booked a visit without you, the reception cancels it."),
    )


# --- sharing ----------------------------------------------------------------------------------------------------------


@flow.action(ShareBack)
async def on_share_back(visitor: Visitor, link: ShareBack) -> Outcome:
    shared = await visitor.services.access.share_back(visitor.account.id, link.patient)
    alert = _("Now your family sees your visits too.") if shared else _("Your visits are shared already.")
    return Reply(WhoKeeps(patient=link.patient), alert)


@flow.screen(AskEndSharing)
async def ask_end_sharing(visitor: Visitor, link: AskEndSharing) -> Screen:
    patient = await visitor.services.patients.require(visitor.account.id, link.patient)
    return Screen(
        lines(
            text(_("<b>End the sharing of visits: {name}?</b>"), name=patient_name(patient)),
            _("You will not see the visits of the other card, and it will not see yours. No visit is cancelled."),
        ),
        (
            (button(_("End the sharing"), EndSharing(patient=link.patient, other=link.other)),),
            ways_out(WhoKeeps(patient=link.patient)),
        ),
    )


@flow.action(EndSharing)
async def on_end_sharing(visitor: Visitor, link: EndSharing) -> Outcome:
    await visitor.services.access.end_sharing(visitor.account.id, link.patient, link.other)
    return Reply(WhoKeeps(patient=link.patient), _("The sharing has ended."))
