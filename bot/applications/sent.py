"""What a clinic was sent with an application: kept as it was at that time, with numbers masked."""

from __future__ import annotations

from datetime import datetime

from bot.applications.policy_form import changed_parts
from bot.applications.records import ApplicationStep, PolicyRequest, SentData, SentVersion, Wished
from bot.core.errors import NotYours
from bot.core.patient import Patient, masked
from bot.core.policy_form import PolicyForm, SentForm, sent_form
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.glossary import AccountId, ApplicationId, PolicyRequestId
from bot.patients.records import Detail

SENDINGS = frozenset({ApplicationStep.SUBMITTED, ApplicationStep.RESENT})


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

    @reads
    async def of_policy(self, view: UnitOfWork, account: AccountId, request: PolicyRequestId) -> list[SentVersion]:
        """Return what was sent with an application for a policy. Raises NotYours."""
        found = await view.policy_requests.get(request)
        if found is None or found.account != account:
            raise NotYours
        return await forms_of(view, found)


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


# --- forms for a policy -----------------------------------------------------------------------------------------------


async def keep_form(uow: UnitOfWork, filed: PolicyRequest, now: datetime) -> None:
    """Keep what the first sending of an application for a policy passes to the desk."""
    await uow.sent_forms.add(filed.id, await _form_now(uow, filed), now)


async def keep_corrected(uow: UnitOfWork, before: PolicyRequest, form: PolicyForm, now: datetime) -> None:
    """Keep a form that replaces what was sent before, which is kept too if an older release has sent it."""
    if not await uow.sent_forms.list_of(before.id):
        await uow.sent_forms.add(before.id, await _form_now(uow, before), await _last_sent_at(uow, before))
    has_phone = (await uow.contacts.get(before.account)).phone is not None
    data = sent_form(form, has_phone=has_phone, changed=changed_parts(before.form, form))
    await uow.sent_forms.add(before.id, data, now)


async def forms_of(view: UnitOfWork, found: PolicyRequest) -> list[SentVersion]:
    """Return every sending of an application for a policy; one of an older release has its last form alone."""
    kept = list(await view.sent_forms.list_of(found.id))
    if kept:
        return kept
    return [SentVersion(await _last_sent_at(view, found), await _form_now(view, found))]


async def _last_sent_at(view: UnitOfWork, found: PolicyRequest) -> datetime:
    sent = [each.at for each in await view.policy_requests.steps(found.id) if each.step in SENDINGS]
    return sent[-1] if sent else found.filed_at


async def _form_now(view: UnitOfWork, found: PolicyRequest) -> SentForm:
    return sent_form(found.form, has_phone=(await view.contacts.get(found.account)).phone is not None)
