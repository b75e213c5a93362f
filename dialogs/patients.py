"""Patients: linking a policy by its number, what the register says, and the card of each child."""

from __future__ import annotations

from bot.i18n import gettext as _
from bot.i18n import spoken_date
from bot.models import (
    DraftId,
    NameField,
    Patient,
    PatientId,
    PersonName,
    RejectionReason,
    Screen,
    Sex,
    VerificationStatus,
)
from bot.rules.names import parse_full_name, parse_name_part
from bot.rules.patients import policy_facts
from dialogs.kit import Flow, Outcome, Visitor, button, grid, lines, text, ways_out
from dialogs.links import (
    AskCorrection,
    AskName,
    AskNumber,
    CheckPolicy,
    ConfirmFacts,
    DropPatronymic,
    Help,
    Home,
    NoPatronymic,
    NoPolicy,
    PatientCard,
    PatientList,
    RemoveCard,
    Specialties,
    WhereNumber,
)

flow = Flow("patients", commands={"children": PatientList()})

STATUS_MARKS = {
    VerificationStatus.VERIFIED: "✅",
    VerificationStatus.NEEDS_CORRECTION: "⚠️",
    VerificationStatus.REJECTED: "⚠️",
}


# --- linking ----------------------------------------------------------------------------------------------------------


@flow.screen(AskNumber)
async def ask_number(visitor: Visitor, link: AskNumber) -> Screen:
    return Screen(
        lines(
            _(
                "Write the number of the child's policy: 16 digits, spaces are fine. I delete your message once I have read it."
            ),
            _("For example: 7796 1897 8400 0014"),
        ),
        (
            (button(_("Where is the number?"), WhereNumber(draft=link.draft)), button(_("No policy yet"), NoPolicy())),
            ways_out(),
        ),
        asks=True,
    )


@flow.screen(WhereNumber)
async def where_number(visitor: Visitor, link: WhereNumber) -> Screen:
    return Screen(
        lines(
            _("<b>Where the policy number is</b>"),
            _("Paper policy: on the front, under the barcode, 16 digits in groups of four."),
            _("Plastic policy: on the front, 16 digits."),
            _("No paper at hand: the number is in Gosuslugi, under “Documents”, or your insurer tells it by phone."),
            _("The 11 digits on the back are the number of the form: they will not do."),
        ),
        (ways_out(AskNumber(draft=link.draft)),),
    )


@flow.answer(AskNumber)
async def on_number(visitor: Visitor, prompt: AskNumber, typed: str) -> Outcome:
    draft = DraftId(prompt.draft) if prompt.draft else None
    begun = await visitor.services.patients.begin(visitor.account, draft, typed)
    return ConfirmFacts(draft=begun.draft) if begun.draft else PatientCard(patient=begun.patient or 0)


@flow.screen(ConfirmFacts)
async def facts(visitor: Visitor, link: ConfirmFacts) -> Outcome:
    draft = await visitor.services.patients.require_draft(visitor.account.id, DraftId(link.draft))
    known = policy_facts(draft.fields["number"])
    if known is None:
        return AskNumber()
    birth = spoken_date(known.birth_date)
    question = (
        _("By its number this is the policy of a girl born on {date}. Is that right?")
        if known.sex is Sex.FEMALE
        else _("By its number this is the policy of a boy born on {date}. Is that right?")
    )
    return Screen(
        text(question, date=birth),
        (
            (button(_("Yes"), AskName(draft=link.draft)), button(_("No, another number"), AskNumber(draft=link.draft))),
            ways_out(),
        ),
    )


@flow.screen(AskName)
async def ask_name(visitor: Visitor, link: AskName) -> Outcome:
    draft = await visitor.services.patients.require_draft(visitor.account.id, DraftId(link.draft))
    known = policy_facts(draft.fields["number"])
    girl = known is not None and known.sex is Sex.FEMALE
    if "no_patronymic" in draft.fields:
        prompt = (
            _("Write the girl's family name and given name, as in the policy.")
            if girl
            else _("Write the boy's family name and given name, as in the policy.")
        )
        return Screen(prompt, (ways_out(ConfirmFacts(draft=link.draft)),), asks=True)
    prompt = (
        _("Write the girl's family name, given name and patronymic, as in the policy.")
        if girl
        else _("Write the boy's family name, given name and patronymic, as in the policy.")
    )
    example = _("For example: Ivanova Maria Sergeevna") if girl else _("For example: Ivanov Petr Sergeevich")
    return Screen(
        lines(prompt, example),
        (
            (button(_("There is no patronymic"), NoPatronymic(draft=link.draft)),),
            ways_out(ConfirmFacts(draft=link.draft)),
        ),
        asks=True,
    )


@flow.action(NoPatronymic)
async def on_no_patronymic(visitor: Visitor, link: NoPatronymic) -> Outcome:
    patient = await visitor.services.patients.without_patronymic(visitor.account, DraftId(link.draft))
    return AskName(draft=link.draft) if patient is None else outcome(patient)


@flow.answer(AskName)
async def on_name(visitor: Visitor, prompt: AskName, typed: str) -> Outcome:
    return outcome(await visitor.services.patients.take_name(visitor.account, DraftId(prompt.draft), typed))


# --- what the register says -------------------------------------------------------------------------------------------


def outcome(patient: Patient) -> Screen:
    """Where the check of a policy stands, and the way on from there."""
    status = patient.verification.status
    if status is VerificationStatus.VERIFIED:
        return verified(patient)
    if status is VerificationStatus.NEEDS_CORRECTION:
        return needs_correction(patient)
    if status is VerificationStatus.REJECTED:
        return rejected(patient)
    return checking(patient)


def verified(patient: Patient, clinic: str = "") -> Screen:
    return Screen(
        lines(
            text(
                _("✅ The policy is checked: <b>{name}</b>, {policy}, in force."),
                name=patient.name.short,
                policy=patient.masked_policy,
            ),
            text(_("Clinic: {clinic}"), clinic=clinic) if clinic else "",
        ),
        (
            (button(_("Book a doctor"), Specialties(patient=patient.id)),),
            (button(_("Add another child"), AskNumber()), button(_("Menu"), Home())),
        ),
        shows=f"check:{patient.id}",
    )


def needs_correction(patient: Patient) -> Screen:
    field = patient.verification.correct or NameField.PATRONYMIC
    what = {
        NameField.FAMILY: _("⚠️ Almost everything agrees, except the family name. See how it is written in the policy."),
        NameField.GIVEN: _("⚠️ Almost everything agrees, except the given name. See how it is written in the policy."),
        NameField.PATRONYMIC: _(
            "⚠️ Almost everything agrees, except the patronymic. See how it is written in the policy."
        ),
    }[field]
    mend = {
        NameField.FAMILY: _("Correct the family name"),
        NameField.GIVEN: _("Correct the given name"),
        NameField.PATRONYMIC: _("Correct the patronymic"),
    }[field]
    return Screen(
        lines(text(_("<b>{name}</b>, {policy}"), name=patient.name.full, policy=patient.masked_policy), what),
        (
            (button(mend, AskCorrection(patient=patient.id)),),
            (button(_("Ask the reception"), Help()), button(_("Menu"), Home())),
        ),
        shows=f"check:{patient.id}",
    )


def rejected(patient: Patient) -> Screen:
    reason = patient.verification.reason or RejectionReason.NOT_MATCHED
    sentence = {
        RejectionReason.NOT_MATCHED: _(
            "⚠️ The data do not agree with the register. Compare the number and the name with the policy."
        ),
        RejectionReason.SUSPENDED: _(
            "⚠️ The policy is suspended in the register. Call the insurer: its phone is on the policy. "
            "Then check the policy again here."
        ),
        RejectionReason.EXPIRED: _(
            "⚠️ The policy has expired. Renew it at the insurer or on Gosuslugi, then check it again here."
        ),
        RejectionReason.LINKED_ELSEWHERE: _(
            "⚠️ This policy is already with another representative of the child. To book together, ask him or support."
        ),
    }[reason]
    again = button(_("Check again"), CheckPolicy(patient=patient.id))
    mend = button(_("Correct the name"), AskCorrection(patient=patient.id, whole=True))
    first = (mend,) if reason is RejectionReason.NOT_MATCHED else (again,)
    return Screen(
        lines(text(_("<b>{name}</b>, {policy}"), name=patient.name.full, policy=patient.masked_policy), sentence),
        (
            first,
            (button(_("Another number"), AskNumber()), button(_("Remove the card"), RemoveCard(patient=patient.id))),
            (button(_("Help"), Help()), button(_("Menu"), Home())),
        ),
        shows=f"check:{patient.id}",
    )


def checking(patient: Patient) -> Screen:
    unavailable = patient.verification.status is VerificationStatus.UNAVAILABLE
    sentence = (
        _(
            "The register does not answer now. I will ask again by myself and write when it is done; nothing is needed from you."
        )
        if unavailable
        else _(
            "I am checking the policy in the register. It usually takes less than a minute; I will write when it is done."
        )
    )
    return Screen(
        lines(text(_("<b>{name}</b>, {policy}"), name=patient.name.full, policy=patient.masked_policy), sentence),
        ((button(_("How is it going?"), PatientCard(patient=patient.id)),), ways_out(PatientList())),
    )


# --- mending ----------------------------------------------------------------------------------------------------------


@flow.screen(AskCorrection)
async def ask_correction(visitor: Visitor, link: AskCorrection) -> Outcome:
    patient = await visitor.services.patients.require(visitor.account.id, PatientId(link.patient))
    if patient.is_verified:
        return PatientCard(patient=link.patient)
    wrong = None if link.whole else patient.verification.correct
    prompt = {
        NameField.FAMILY: _("Write the family name as in the policy."),
        NameField.GIVEN: _("Write the given name as in the policy."),
        NameField.PATRONYMIC: _("Write the patronymic as in the policy."),
        None: _("Write the family name, given name and patronymic as in the policy."),
    }[wrong]
    now_is = text(_("Now it is: {name}"), name=patient.name.full)
    absent = (button(_("There is no patronymic"), DropPatronymic(patient=link.patient)),)
    return Screen(
        lines(prompt, now_is),
        (*([absent] if wrong in (None, NameField.PATRONYMIC) else []), ways_out(PatientCard(patient=link.patient))),
        asks=True,
    )


@flow.answer(AskCorrection)
async def on_correction(visitor: Visitor, prompt: AskCorrection, typed: str) -> Outcome:
    account, patients = visitor.account.id, visitor.services.patients
    patient = await patients.require(account, PatientId(prompt.patient))
    return outcome(await patients.correct(account, patient.id, mended(patient, prompt, typed)))


def mended(patient: Patient, prompt: AskCorrection, typed: str) -> PersonName:
    wrong = None if prompt.whole else patient.verification.correct
    if wrong is None:
        without = not patient.name.patronymic
        return parse_full_name(typed, patient.sex, no_patronymic=without and len(typed.split()) < len("ФИО"))
    part = parse_name_part(typed, wrong)
    name = patient.name
    return PersonName(
        part if wrong is NameField.FAMILY else name.family,
        part if wrong is NameField.GIVEN else name.given,
        part if wrong is NameField.PATRONYMIC else name.patronymic,
    )


@flow.action(DropPatronymic)
async def on_drop_patronymic(visitor: Visitor, link: DropPatronymic) -> Outcome:
    account, patients = visitor.account.id, visitor.services.patients
    patient = await patients.require(account, PatientId(link.patient))
    return outcome(await patients.correct(account, patient.id, PersonName(patient.name.family, patient.name.given)))


# --- cards ------------------------------------------------------------------------------------------------------------


@flow.screen(PatientList)
async def patient_list(visitor: Visitor, link: PatientList) -> Screen:
    patients = await visitor.services.patients.list_of(visitor.account.id)
    cards = [
        button(
            f"{STATUS_MARKS.get(patient.verification.status, '…')} {patient.name.short}",
            PatientCard(patient=patient.id),
        )
        for patient in patients
    ]
    title = _("<b>Children and policies</b>") if cards else _("No child has been added yet.")
    return Screen(title, (*grid(cards, 1), (button(_("Add a child"), AskNumber()),), ways_out()))


@flow.screen(PatientCard)
async def patient_card(visitor: Visitor, link: PatientCard) -> Screen:
    patient = await visitor.services.patients.require(visitor.account.id, PatientId(link.patient))
    if not patient.is_verified:
        return outcome(patient)
    clinic = await visitor.services.booking.own_clinic(patient)
    return Screen(
        lines(
            text(_("<b>{name}</b>"), name=patient.name.full),
            text(_("Born on {date}"), date=spoken_date(patient.birth_date)),
            text(_("✅ Policy {policy}, in force"), policy=patient.masked_policy),
            text(_("Clinic: {name}, {address}"), name=clinic.name, address=clinic.address) if clinic else "",
        ),
        ((button(_("Book a doctor"), Specialties(patient=patient.id)),), ways_out(PatientList())),
        shows=f"check:{patient.id}",
    )


@flow.action(CheckPolicy)
async def on_check(visitor: Visitor, link: CheckPolicy) -> Outcome:
    return outcome(await visitor.services.patients.check(visitor.account.id, PatientId(link.patient)))


@flow.action(RemoveCard)
async def on_remove(visitor: Visitor, link: RemoveCard) -> Outcome:
    await visitor.services.patients.remove(visitor.account.id, PatientId(link.patient))
    return PatientList()
