"""Ask a child's own clinic for a document that it makes: a certificate, an extract or a referral.

What follows the filing is that of any application: see ``applications``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.account.rules.consents import require_consents
from bot.applications import document_rules as rules
from bot.applications.applications import Applications
from bot.applications.errors import ApplicationOpen, DocumentNotMade, LimitedCard, PolicyFirst
from bot.applications.filing import add_application, ask_owner, open_of
from bot.applications.news import DocumentWanted
from bot.applications.records import Application, ApplicationKind
from bot.applications.rules import unsuited
from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clinic_documents import ClinicDocument
from bot.core.clock import Clock
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.refs import with_new_ref
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId, ApplicationId, ClinicId, DocumentId, PatientId, Ref
from bot.patients.claims import is_limited
from bot.patients.records import Detail

KIND = ApplicationKind.DOCUMENT


class ListedDocument(NamedTuple):
    document: ClinicDocument
    why_not: rules.DocumentHindrance | None
    """None: it can be asked for"""


class DocumentChoice(NamedTuple):
    """The documents of the patient's own clinic; none if it takes no applications for them here.

    ``clinic`` is None if the card has no clinic and none was chosen: ``clinics`` are those that may be and make them,
    ``others`` those that may be and make none here.
    """

    patient: Patient
    clinic: Clinic | None
    documents: Sequence[ListedDocument]
    clinics: Sequence[Clinic] = ()
    others: Sequence[Clinic] = ()


class DocumentOffer(NamedTuple):
    """What is known before a document is asked for; ``due_at`` is when it would be ready if it were asked for now."""

    patient: Patient
    clinic: Clinic
    document: ClinicDocument
    why_not: rules.DocumentHindrance | None
    is_owner: bool
    has_consent: bool
    """this account has agreed that this clinic gets the data for documents"""
    details: frozenset[Detail]
    due_at: datetime
    open: Application | None
    """the open application of this card for the same document"""


class DocumentRequests:
    def __init__(
        self, storage: Storage, directory: Directory, desk: ClinicDesk, applications: Applications, clock: Clock
    ) -> None:
        self._storage, self._directory, self._desk = storage, directory, desk
        self._applications, self._clock = applications, clock

    @clinic_call
    async def choice(self, account: AccountId, patient: PatientId, chosen: ClinicId | None = None) -> DocumentChoice:
        """Return what the patient's own clinic makes, or ``chosen`` if the card has none.

        Raises NotYours, PolicyFirst, LimitedCard.
        """
        found = await self._storage.read(lambda view: _require_possible(view, account, patient))
        where = found.clinic or chosen
        if where is None:
            return DocumentChoice(found, None, (), *await self._clinics_for(found))
        clinic = await self._directory.clinic(where)
        today = local_day(self._clock.now(), clinic.zone)
        made = await self._made_at(clinic)
        return DocumentChoice(
            found, clinic, [ListedDocument(each, rules.hindrance_of(each, found, today)) for each in made]
        )

    async def _made_at(self, clinic: Clinic) -> Sequence[ClinicDocument]:
        """Return what a clinic makes on an application in the bot."""
        has_desk = await self._storage.read(lambda view: view.enrollments.has_desk(clinic.id))
        return await self._listed_at(clinic) if has_desk else ()

    async def _listed_at(self, clinic: Clinic) -> Sequence[ClinicDocument]:
        if not (await self._directory.serving(clinic).capabilities()).takes_applications:
            return ()
        return await self._desk.documents(clinic.ref)

    async def _clinics_for(self, patient: Patient) -> tuple[Sequence[Clinic], Sequence[Clinic]]:
        """List the clinics for this age: those that make documents on an application in the bot, and others."""
        with_desk = await self._storage.read(lambda view: view.enrollments.clinics_with_desk())
        now = self._clock.now()
        fitting = [each for each in self._directory.known_clinics() if unsuited(each, patient, now) is None]
        making = [each for each in fitting if each.id in with_desk and await self._listed_at(each)]
        return making, [each for each in fitting if each not in making]

    @clinic_call
    async def offer(
        self, account: AccountId, patient: PatientId, where: ClinicId, document: DocumentId
    ) -> DocumentOffer:
        """Return what to show before a document is asked for.

        Raises as ``choice``, DocumentNotMade, ApplicationOpen if another account's card of the child has asked for it.
        """
        found = await self._storage.read(lambda view: _require_possible(view, account, patient))
        clinic = await self._directory.clinic(where)
        wanted = next((each for each in await self._made_at(clinic) if each.number == document), None)
        if found.clinic not in {None, where} or wanted is None:
            raise DocumentNotMade(patient)
        return await self._storage.read(lambda view: self._look(view, account, found, clinic, wanted))

    async def _look(
        self, view: UnitOfWork, account: AccountId, patient: Patient, clinic: Clinic, document: ClinicDocument
    ) -> DocumentOffer:
        now = self._clock.now()
        mine = await view.representatives.representation(account, patient.id)
        return DocumentOffer(
            patient,
            clinic,
            document,
            rules.hindrance_of(document, patient, local_day(now, clinic.zone)),
            mine.is_owner,
            await view.clinic_consents.is_given(account, patient.id, clinic.id, KIND),
            frozenset(await view.patients.details(patient.id)),
            rules.ready_at(document, now, clinic),
            await open_of(view, patient, KIND, document.number),
        )

    async def file(
        self, account: Account, patient: PatientId, where: ClinicId, document: DocumentId, said: str
    ) -> ApplicationId:
        """Ask for a document; the same once more returns the application that is open.

        ``said`` is the answer to what the document asks. Raises as ``offer``, InvalidInput, NotOwner, ConsentRequired,
        SentTooOften, DocumentNotMade also for one that is not for this age, and NotYours without the consent to pass
        data.
        """
        offer = await self.offer(account.id, patient, where, document)
        if offer.why_not is not None:
            raise DocumentNotMade(patient)
        wish = rules.wish_for(offer.document, said)

        async def file(uow: UnitOfWork, ref: Ref) -> ApplicationId:
            require_consents(account)
            await uow.representatives.require_owner(account.id, patient)
            found, now = await _require_possible(uow, account.id, patient), self._clock.now()
            known = await open_of(uow, found, KIND, document)
            if known is not None:
                return known.id
            if not await uow.clinic_consents.is_given(account.id, patient, offer.clinic.id, KIND):
                raise NotYours  # the screen asks for it first
            due_at = rules.ready_at(offer.document, now, offer.clinic)
            return await add_application(uow, account.id, found, offer.clinic, wish, ref, now, due_at)

        return await with_new_ref(lambda ref: self._storage.write(lambda uow: file(uow, ref)))

    async def agree(
        self, account: Account, patient: PatientId, where: ClinicId, document: DocumentId, digest: str
    ) -> None:
        """Store the consent that the clinic gets the data for documents. Raises as ``offer``, NotOwner."""
        offer = await self.offer(account.id, patient, where, document)
        await self._applications.agree(account, patient, offer.clinic.id, digest, KIND)

    async def resend(self, account: Account, application: ApplicationId, said: str) -> None:
        """Send an application for a document again with another answer. Raises InvalidInput, as ``Applications``."""
        found = await self._applications.require(account.id, application)
        if found.document is None:
            raise NotYours
        await self._applications.send_again(account, application, rules.with_answer(found.document, said))

    @writes
    async def ask_owner(
        self, uow: UnitOfWork, account: AccountId, patient: PatientId, where: ClinicId, document: DocumentId
    ) -> None:
        """Ask the owner of a card to ask for a document. Raises NotYours, OverBudget."""
        now = self._clock.now()
        await ask_owner(uow, account, patient, lambda owner: DocumentWanted(owner, patient, where, document), now)

    async def wanted(self, message: DocumentWanted) -> DocumentOffer | None:
        """Return what the owner of a card is asked for, None if it is done, gone, or the account is not the owner."""
        try:
            offer = await self.offer(message.account, message.patient, message.clinic, message.document)
        except (NotYours, PolicyFirst, LimitedCard, DocumentNotMade, ApplicationOpen):
            return None
        return offer if offer.is_owner and offer.open is None and offer.why_not is None else None

    @reads
    async def patients(self, view: UnitOfWork, account: AccountId) -> Sequence[Patient]:
        """List the account's cards whose policy is confirmed: documents are asked for them alone."""
        return [each for each in await view.patients.list_of(account) if each.is_verified]


async def _require_possible(view: UnitOfWork, account: AccountId, patient: PatientId) -> Patient:
    found = await view.patients.require(account, patient)
    if not found.is_verified:
        raise PolicyFirst(found.id)
    if await is_limited(view, found):
        raise LimitedCard(found.id)
    return found
