"""The screens of policy checks at the desk: the queue, one check, the decision and the minute to undo it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.i18n import N_, gettext as _, ngettext, spoken_moment
from bot.core.typed_text import grouped
from bot.delivery.screen import Button, Screen
from bot.glossary import DeskCheckId
from bot.patients.records import DeskCheck, DeskDecision
from bot.patients.rules.desk_checks import is_late, number_fits, number_is_right
from bot.patients.rules.policy_number import policy_facts
from bot.staff.policy_checks import CheckQueue, SeenCheck
from bot.staff.rights import Right, require_right
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few, page_of
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.staff.application_links import SeeApplication
from dialogs.staff.check_links import (
    AskDigits,
    ChooseFix,
    ChooseNo,
    DecidePolicy,
    PolicyDecided,
    PolicyQueue,
    SeePolicy,
    ShowPolicy,
    UndoPolicy,
)
from dialogs.staff.decided import decided_screen
from dialogs.staff.deciding import held_line, held_mark
from dialogs.staff.links import Desk
from dialogs.staff.wording import (
    masked_child,
    never_shown,
    passing_message,
    sex_line,
    showing_rows,
    urgent_line,
    waiting_label,
    whole_child,
)

flow = Flow("policy checks", open=True)

CHECKS_ON_A_PAGE = 8
WITH_APPLICATION = "📝 "
"""stands before a check that is one decision with an application"""

LABELS: Mapping[DeskDecision, str] = {
    DeskDecision.FIX_NUMBER: N_("The number"),
    DeskDecision.FIX_FAMILY: N_("The family name"),
    DeskDecision.FIX_GIVEN: N_("The given name"),
    DeskDecision.FIX_PATRONYMIC: N_("The patronymic"),
    DeskDecision.PAPERS: N_("Papers are needed"),
    DeskDecision.NOT_FOUND: N_("Not found"),
    DeskDecision.SUSPENDED: N_("Suspended"),
    DeskDecision.EXPIRED: N_("Expired"),
    DeskDecision.OTHERS: N_("Another person's"),
    DeskDecision.ADULT: N_("A grown-up's"),
}
FIXES = (DeskDecision.FIX_NUMBER, DeskDecision.FIX_FAMILY, DeskDecision.FIX_GIVEN, DeskDecision.FIX_PATRONYMIC)
REFUSALS = (
    DeskDecision.NOT_FOUND,
    DeskDecision.SUSPENDED,
    DeskDecision.EXPIRED,
    DeskDecision.OTHERS,
    DeskDecision.ADULT,
)


@flow.screen(PolicyQueue)
async def policy_queue(visitor: Visitor, link: PolicyQueue) -> Screen:
    queue = await visitor.services.policy_checks.queue(visitor.account)
    shown, waiting = page_of(link, queue.checks, CHECKS_ON_A_PAGE), len(queue.checks)
    return Screen(
        lines(
            _("<b>Policies to check</b>"),
            text(ngettext("{n} policy waits.", "{n} policies wait.", waiting), n=waiting)
            if waiting
            else _("Nothing waits for an answer."),
            _("Open one: it is yours for ten minutes, and nobody else decides it.") if waiting else "",
            [
                text(_("{mark}is decided with an application for enrollment."), mark=WITH_APPLICATION)
                if queue.within
                else "",
                held_line(visitor, queue.checks),
            ],
            shown.place,
        ),
        (*shown.rows(lambda check: check_button(visitor, queue, check)), ways_out(Desk())),
    )


def check_button(visitor: Visitor, queue: CheckQueue, check: DeskCheck) -> Button:
    """Return the button of a check; it names nobody, so that looking at the queue reads no name."""
    due = spoken_moment(check.due_at, queue.clinic.zone, visitor.now)
    around, held = queue.within.get(check.id), held_mark(visitor, check)
    if around is not None:
        is_urgent, late = check.urgent_at is not None, is_late(check, visitor.now)
        label = waiting_label(around.ref, due, is_late=late, is_urgent=is_urgent)
        return button(f"{held}{WITH_APPLICATION}{label}", SeeApplication(application=around.id))
    if check.urgent_at is not None:
        label = _("⚠️ Urgent · by {when}")
    elif is_late(check, visitor.now):
        label = _("Late · since {when}")
    else:
        label = _("By {when}")
    return button(held + label.format(when=due), SeePolicy(check=check.id))


@flow.screen(SeePolicy)
async def see_policy(visitor: Visitor, link: SeePolicy) -> Screen:
    seen = await visitor.services.policy_checks.see(visitor.account, link.check)
    return Screen(
        lines(
            _("<b>Find this child in your own system</b>"),
            masked_child(seen.patient.name, seen.patient.birth_date, ""),
            hints(seen),
            [
                _("“Show full data” sends what you compare.") if visitor.services.showing.is_allowed else "",
                _("The last four digits are hidden: take them from your system."),
            ],
            never_shown(visitor, _("check {n}").format(n=link.check)),
        ),
        (
            *showing_rows(visitor, ShowPolicy(check=link.check)),
            (
                button(_("It matches"), AskDigits(check=link.check)),
                button(_("To correct"), ChooseFix(check=link.check)),
            ),
            (
                button(_(LABELS[DeskDecision.PAPERS]), DecidePolicy(check=link.check, decision=DeskDecision.PAPERS)),
                button(_("Refuse"), ChooseNo(check=link.check)),
            ),
            ways_out(PolicyQueue()),
        ),
    )


@flow.action(ShowPolicy)
async def on_show(visitor: Visitor, link: ShowPolicy) -> Outcome:
    shown, sex = await visitor.services.showing.policy_check(visitor.account, link.check)
    whole = whole_child(shown._replace(policy_number=grouped(shown.policy_number, " ")))
    return Reply(SeePolicy(check=link.check), passing=passing_message(whole, sex_line(sex)))


def hints(seen: SeenCheck) -> list[str]:
    urgent = [urgent_line()] if seen.check.urgent_at is not None else []
    return [*urgent, *number_hints(seen)]


def number_hints(seen: SeenCheck) -> list[str]:
    number, born = seen.patient.policy_number, seen.patient.birth_date
    known = {
        True: _("The same number under another name: yes"),
        False: _("The same number under another name: no"),
        None: _("The same number under another name: the list does not answer"),
    }[seen.is_known]
    if policy_facts(number) is None:
        return [_("An old policy or a temporary certificate"), known, text(_("Sent to a reception: {n}"), n=seen.sent)]
    return [
        _("Check digit: right") if number_is_right(number) else _("Check digit: wrong"),
        _("Birth date in the number: the same")
        if number_fits(number, born)
        else _("Birth date in the number: another one"),
        known,
        text(_("Sent to a reception: {n}"), n=seen.sent),
    ]


@flow.screen(AskDigits)
async def ask_digits(visitor: Visitor, link: AskDigits) -> Screen:
    require_right(visitor.account, Right.CHECK_POLICIES)
    return Screen(
        lines(
            _("Write the last four digits of the policy as they are in your own system."),
            _("If they are other ones, the policy is not this child's, or the number was typed wrong."),
        ),
        (ways_out(SeePolicy(check=link.check)),),
        asks=True,
    )


@flow.answer(AskDigits)
async def on_digits(visitor: Visitor, prompt: AskDigits, typed: str) -> Outcome:
    await visitor.services.policy_checks.match(visitor.account, prompt.check, typed)
    return PolicyDecided(check=prompt.check)


@flow.screen(ChooseFix)
async def choose_fix(visitor: Visitor, link: ChooseFix) -> Screen:
    require_right(visitor.account, Right.CHECK_POLICIES)
    return Screen(
        _("What has the parent to correct? The parent reads which part it is, and not how it is written with you."),
        (*few(FIXES, lambda each: decision_button(link.check, each), 2), ways_out(SeePolicy(check=link.check))),
    )


@flow.screen(ChooseNo)
async def choose_no(visitor: Visitor, link: ChooseNo) -> Screen:
    require_right(visitor.account, Right.CHECK_POLICIES)
    return Screen(
        _("Why? “Not found” and “Another person's” read alike to the parent."),
        (*few(REFUSALS, lambda each: decision_button(link.check, each), 2), ways_out(SeePolicy(check=link.check))),
    )


def decision_button(check: DeskCheckId, decision: DeskDecision) -> Button:
    return button(decision_label(decision), DecidePolicy(check=check, decision=decision))


def decision_label(decision: DeskDecision) -> str:
    return _(LABELS[decision])


@flow.action(DecidePolicy)
async def on_decide(visitor: Visitor, link: DecidePolicy) -> Outcome:
    await visitor.services.policy_checks.decide(visitor.account, link.check, link.decision)
    return PolicyDecided(check=link.check)


@flow.screen(PolicyDecided)
async def policy_decided(visitor: Visitor, link: PolicyDecided) -> Screen:
    found = await visitor.services.policy_checks.decided(visitor.account, link.check)
    said = text(_("Decision: {what}"), what=decided_word(found.decision)) if found.decision is not None else ""
    return decided_screen(visitor, found, [said], UndoPolicy(check=link.check), PolicyQueue())


def decided_word(decision: DeskDecision) -> str:
    if decision is DeskDecision.MATCHED:
        return _("It matches").lower()
    if decision in FIXES:
        return _("to correct: {what}").format(what=decision_label(decision).lower())
    return decision_label(decision).lower()


@flow.action(UndoPolicy)
async def on_undo(visitor: Visitor, link: UndoPolicy) -> Outcome:
    await visitor.services.policy_checks.undo(visitor.account, link.check)
    return Reply(PolicyQueue(), line=_("Undone: the policy waits again."))
