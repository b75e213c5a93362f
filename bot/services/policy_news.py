"""News of a policy and its holder: what to enqueue, and by day where nobody waits for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.models import Account, AccountId, ClinicId, Notice, NoticeKind, PatientId, Urgency
from bot.rules import checks as rules
from bot.rules import watching
from bot.rules.timing import MOSCOW
from bot.rules.watching import Occasion
from bot.transactions import UnitOfWork

NEWS_FOR = timedelta(days=30)
REMIND_AFTER = timedelta(days=14)


async def zone_of(uow: UnitOfWork, clinic: ClinicId | None) -> ZoneInfo:
    """The zone of a patient's clinic, Moscow's where none is known."""
    known = None if clinic is None else await uow.directory.clinic(clinic)
    return MOSCOW if known is None else known.zone


async def keepers(uow: UnitOfWork, patient: PatientId) -> list[Account]:
    """Who acts for a patient and lets the bot keep the data, the owner first; without one it does nothing with them."""
    known = [await uow.accounts.get(each.account) for each in await uow.family.list_of(patient)]
    return [account for account in known if account is not None and account.may_link]


def of_late_check(account: AccountId, patient: PatientId, now: datetime) -> Notice:
    """The register has been silent for so long that the person wonders."""
    return Notice(
        account,
        NoticeKind.CHECK_LATE,
        now,
        f"late:{patient}",
        facts={"patient": patient},
        urgency=Urgency.PERSONAL,
    )


def of_correction(account: AccountId, patient: PatientId, checked_at: datetime, zone: ZoneInfo) -> Notice:
    """A day before the end of the term for mending what differs."""
    until = rules.correct_until(checked_at)
    return Notice(
        account,
        NoticeKind.CORRECTION_DUE,
        rules.by_day(until - rules.REMIND_BEFORE, zone),
        f"correct:{patient}",
        facts={"patient": patient, "checked": int(checked_at.timestamp())},
        urgency=Urgency.ROUTINE,
        expires_at=until,
    )


def of_change(account: AccountId, patient: PatientId, now: datetime, zone: ZoneInfo) -> Notice:
    """The register says another thing of a confirmed policy than before."""
    return Notice(
        account,
        NoticeKind.POLICY_CHANGED,
        rules.by_day(now, zone),
        f"policy:{patient}:{account}",
        facts={"patient": patient},
        expires_at=now + NEWS_FOR,
    )


def of_occasion(
    account: AccountId, patient: PatientId, occasion: Occasion, now: datetime, valid_until: date | None
) -> Notice:
    """Something that the calendar has brought."""
    facts: dict[str, int | str] = {"patient": patient, "occasion": occasion.value}
    if occasion is Occasion.ENDS and valid_until is not None:
        facts["until"] = valid_until.isoformat()
    kind = {Occasion.ENDS: NoticeKind.POLICY_ENDS, Occasion.CONFIRM: NoticeKind.CONFIRM_CARD}
    return Notice(
        account,
        kind.get(occasion, NoticeKind.GROWN),
        now,
        f"{occasion}:{patient}:{account}",
        facts=facts,
        urgency=Urgency.ROUTINE,
        expires_at=now + NEWS_FOR,
    )


def of_closing(account: AccountId, patient: PatientId, now: datetime) -> Notice:
    """The patient is of age: the card is closed and will be erased."""
    return Notice(
        account,
        NoticeKind.CARD_CLOSED,
        now,
        f"closed:{patient}:{account}",
        facts={"patient": patient},
        expires_at=watching.erased_on(now),
    )


def of_getting_policy(account: AccountId, cards: int, now: datetime) -> Notice:
    """Asked for by somebody whose child has no policy yet, and who has so many cards of others."""
    return Notice(
        account,
        NoticeKind.GET_POLICY,
        rules.by_day(now + REMIND_AFTER, MOSCOW),
        f"get policy:{account}",
        facts={"cards": cards},
        urgency=Urgency.ROUTINE,
    )
