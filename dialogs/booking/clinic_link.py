"""A link or a poster of a clinic was opened: the way goes on there, and the clinic is offered first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.booking.clinic_links import WORD
from bot.core.clinic import Clinic
from bot.core.i18n import gettext as _
from bot.core.people import Account
from dialogs.account.links import Home
from dialogs.booking.links import ChoosePatient, Specialties
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import text

flow = Flow("clinic link", open=True)


@flow.deep_link(WORD)
async def on_link(visitor: Visitor, rest: str) -> Outcome:
    """Go on with an only child who can be booked, else with the choice of a child or the start."""
    clinic = await visitor.services.clinic_links.open(visitor.account, rest)
    visitor.account = replace(visitor.account, named_clinic=clinic.id)
    line = text(_("Your clinic: <b>{clinic}</b>, {address}."), clinic=clinic.name, address=clinic.address)
    if not visitor.account.may_link:
        return Reply(Home(), line=line)
    ready = [
        each
        for each in await visitor.services.patients.list_of(visitor.account.id)
        if each.is_verified or each.is_at_desk
    ]
    if len(ready) == 1:
        return Specialties(patient=ready[0].id, clinic=clinic.id)
    return Reply(ChoosePatient(up=True) if ready else Home(), line=line)


def named_first(account: Account, clinics: Sequence[Clinic], others: Sequence[Clinic] = ()) -> list[Clinic]:
    """Return the clinics with the one first whose link the account has opened, also where only ``others`` have it."""
    named = [each for each in (*clinics, *others) if each.id == account.named_clinic]
    return [*named, *(each for each in clinics if each not in named)]
