"""What a clinic was sent with an application: kept as it was at that time, with numbers masked."""

from __future__ import annotations

from datetime import datetime

from bot.applications.records import SentData, SentVersion, Wished
from bot.core.errors import NotYours
from bot.core.patient import Patient, masked
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.glossary import AccountId, ApplicationId
from bot.patients.records import Detail


async def keep_sent(
    uow: UnitOfWork,
    application: ApplicationId,
    account: AccountId,
    patient: Patient,
    wish: Wished,
    now: datetime,
) -> None:
    """Keep what this sending of an application passes to the clinic."""
    await uow.sent_versions.add(application, await sent_now(uow, application, account, patient, wish), now)


async def sent_now(
    view: UnitOfWork, application: ApplicationId, account: AccountId, patient: Patient, wish: Wished
) -> SentData:
    """Return what would be sent of the card as it is now; ``account`` is that of the application."""
    details, contact = await view.patients.details(patient.id), await view.contacts.get(account)
    papers = await view.papers.list_of(application)
    return SentData(
        patient.name.full,
        patient.birth_date,
        patient.masked_policy,
        masked(details[Detail.SNILS]) if Detail.SNILS in details else "",
        masked(details[Detail.CERTIFICATE]) if Detail.CERTIFICATE in details else "",
        Detail.ADDRESS in details,
        contact.phone is not None,
        wish,
        tuple(each.kind for each in papers),
        patient.sex,
    )


class SentApplications:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @reads
    async def of(self, view: UnitOfWork, account: AccountId, application: ApplicationId) -> list[SentVersion]:
        """Return what was sent, the first sending first. Raises NotYours."""
        return await versions_of(view, account, application)


async def versions_of(view: UnitOfWork, account: AccountId, application: ApplicationId) -> list[SentVersion]:
    """Return every sending of an application; one of an older release has the card as it is now. Raises NotYours."""
    found = await view.applications.get(application)
    if found is None:
        raise NotYours
    patient = await view.patients.require(account, found.patient)
    kept = list(await view.sent_versions.list_of(application))
    if kept:
        return kept
    now = await sent_now(view, application, found.account, patient, found.wish)
    return [SentVersion(found.filed_at, now)]
