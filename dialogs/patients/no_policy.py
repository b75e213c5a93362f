"""Screens for a child without a policy: help until there is one and how to get it."""

from __future__ import annotations

from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.kit.wording import moscow_day
from dialogs.patients.links import AskNumber, BeginPolicyForm, ChooseWay, GetPolicy, Newborn, NoPolicy, RemindOfPolicy

flow = Flow("no_policy")


@flow.screen(NoPolicy)
async def no_policy(visitor: Visitor, link: NoPolicy) -> Screen:
    """Ask the age: the advice depends on it."""
    return Screen(
        lines(
            _("<b>No policy yet</b>"),
            _("That is no obstacle: urgent help is given without a policy, by 103 or 112."),
            _("How old is the child?"),
        ),
        (
            (button(_("Under a month"), Newborn()), button(_("A month or older"), GetPolicy())),
            (button(_("I have a number"), AskNumber(draft=link.draft)),),
            ways_out(ChooseWay(draft=link.draft)),
        ),
    )


@flow.screen(Newborn)
async def newborn(visitor: Visitor, link: Newborn) -> Screen:
    return Screen(
        lines(
            _("<b>A child under a month</b>"),
            _(
                "Until 30 days after the birth is registered the child is treated on the policy of the mother or of "
                "another legal representative."
            ),
            [
                _("1. Call the reception of the children's clinic near your home, or 122: a doctor comes to you."),
                _("2. Going to the clinic, take the mother's policy, her passport and the birth certificate."),
                _("3. Register the birth, then get a policy for the child: without it booking here is impossible."),
            ],
        ),
        ((button(_("How to get a policy"), GetPolicy()),), ways_out(NoPolicy())),
    )


@flow.screen(GetPolicy)
async def get_policy(visitor: Visitor, link: GetPolicy) -> Screen:
    desk = await visitor.services.policy_requests.taken_at()
    return Screen(
        lines(
            _("<b>How to get a policy</b>"),
            _("It is free. Choose whichever is easier:"),
            [
                "" if desk is None else text(_("• here: {clinic} takes the application;"), clinic=desk.name),
                _("• on Gosuslugi: “Health”, then “OMS policy for a child”;"),
                _("• at any insurer that works with OMS, or at an MFC."),
            ],
            [
                _("Take the birth certificate, your passport and, if there is one, the child's SNILS."),
                _("The number is usually ready the same day; no paper is needed, the number is enough."),
                _("Once you have it, press the button below: I will check it and book a doctor."),
            ],
        ),
        (
            (button(_("I have a number"), AskNumber()),),
            *([] if desk is None else [(button(_("Apply for a policy"), BeginPolicyForm()),)]),
            (button(_("Remind me in 2 weeks"), RemindOfPolicy()),),
            ways_out(NoPolicy()),
        ),
    )


@flow.action(RemindOfPolicy)
async def on_remind(visitor: Visitor, link: RemindOfPolicy) -> Outcome:
    due_at = await visitor.services.watching.remind_of_policy(visitor.account.id)
    day = moscow_day(due_at, visitor.now)
    return Reply(GetPolicy(), alert=_("I will remind you: {when}.").format(when=day))
