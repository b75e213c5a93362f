"""The screens of a takeover at the desk: the children of this clinic, and the papers to look at."""

from __future__ import annotations

from bot.core.i18n import gettext as _
from bot.core.patient import Patient
from bot.delivery.screen import Screen
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import page_of
from dialogs.kit.screen import button, lines, text, unbroken, ways_out
from dialogs.staff.links import AskMatter, ConfirmTakeover, DeclineTakeover, SeeTakeover, ShowTakeover
from dialogs.staff.wording import masked_child, never_shown, passing_message, showing_rows, whole_child

CHILDREN_ON_A_PAGE = 10

flow = Flow("takeovers at the desk", open=True)


@flow.screen(SeeTakeover)
async def see_takeover(visitor: Visitor, link: SeeTakeover) -> Screen:
    seen = await visitor.services.desk_takeovers.see(visitor.account, link.takeover)
    children = page_of(link, seen.patients, CHILDREN_ON_A_PAGE)
    return Screen(
        lines(
            text(_("<b>Question {ref}</b>"), ref=unbroken(seen.ref)),
            _("A parent cannot use the old Telegram account and asks to move these children's cards to a new one."),
            children.lines(patient_line),
            [
                _("Look at the passport and at each child's birth certificate: the passport must be that of a "
                  "parent named in it; a guardian shows the act of guardianship. If papers of one child "
                  "are missing, decline."),
            ],
            [_("After that the old account sees these children no more, and can take them back for 30 days.")],
            never_shown(visitor),
        ),
        (
            *children.arrows,
            *showing_rows(visitor, ShowTakeover(takeover=link.takeover, page=link.page)),
            (
                button(_("The papers are right"), ConfirmTakeover(takeover=link.takeover)),
                button(_("Decline the papers"), DeclineTakeover(takeover=link.takeover)),
            ),
            ways_out(AskMatter()),
        ),
    )  # fmt: skip


def patient_line(patient: Patient) -> str:
    return masked_child(patient.name, patient.birth_date, patient.policy_number)


@flow.action(ShowTakeover)
async def on_show(visitor: Visitor, link: ShowTakeover) -> Outcome:
    shown = await visitor.services.showing.takeover(visitor.account, link.takeover)
    children = page_of(link, shown, CHILDREN_ON_A_PAGE)
    return Reply(
        SeeTakeover(takeover=link.takeover, page=link.page),
        passing=passing_message(*(f"{each}\n" for each in children.lines(whole_child) if each)),
    )


@flow.action(ConfirmTakeover)
async def on_confirm(visitor: Visitor, link: ConfirmTakeover) -> Outcome:
    await visitor.services.desk_takeovers.confirm(visitor.account, link.takeover)
    return Reply(AskMatter(), _("Moved. I tell both accounts."))


@flow.action(DeclineTakeover)
async def on_decline(visitor: Visitor, link: DeclineTakeover) -> Outcome:
    await visitor.services.desk_takeovers.decline(visitor.account, link.takeover)
    return Reply(AskMatter(), _("Declined. I tell the parent what to do."))
