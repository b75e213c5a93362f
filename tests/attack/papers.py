"""Attackers of applications, of blocks after late cancellations and of follow-up codes.

A stranger, a parent of another child, another clinic's clerk and a dismissed one press, type and forge.
"""

from __future__ import annotations

import re
import sqlite3
from base64 import urlsafe_b64encode
from contextlib import closing
from typing import NamedTuple

from aiogram.filters.callback_data import CallbackData

from bot.applications.records import EnrollmentReason
from bot.booking.records import LiftReason
from bot.glossary import ApplicationId, ClinicId, PatientId
from dialogs.applications.links import ApplicationFile, ReviewApplication
from dialogs.staff.application_links import CheckApplication, DeskApplicationList
from dialogs.staff.day_links import AskLiftBlock, DeskBlocked, DeskFollowUp, LiftBlock, MakeFollowUp, PrintFollowUps
from dialogs.staff.links import Desk
from tests.attack.attack import Attack
from tests.attack.desks import CLERK, begin, behind_code, compare, files_of, ids_of, look_up
from tests.attack.insiders import REGISTRAR, set_code
from tests.chat.actions import choose, consent, say
from tests.chat.forged_buttons import NOWHERE, of_application, of_desk_application
from tests.chat.person import Person

DISMISSED_CLERK = 1014
"""of the clinic of the attacked visit"""
REAL, SAME = "Заявление настоящее", "То же самое"
CODE = re.compile(r"\?start=(application_[\w-]+)$")
STANDING = """
SELECT (SELECT status || ' ' || coalesce(verdict, '-') || ' ' || coalesce(claimed_by, '-') || ' ' || due_at
        FROM applications WHERE id = :application) AS application,
    (SELECT count(*) FROM applications) AS filed,
    (SELECT count(*) FROM application_steps WHERE application_id = :application) AS steps,
    (SELECT count(*) FROM application_versions) AS versions,
    (SELECT count(*) || ' ' || count(revoked_at) FROM clinic_consents) AS consents,
    (SELECT count(*) FROM enrollments) AS enrollments,
    (SELECT count(*) FROM enrollment_waits) AS waits,
    (SELECT count(*) FROM enrollment_limits) AS limits,
    (SELECT count(*) FROM appointments WHERE forgiven = 1) AS lifted,
    (SELECT count(*) FROM appointments WHERE patient_id = :patient) AS visits
"""
LATE_VISIT = """
INSERT INTO appointments (ref, account_id, patient_id, clinic_id, specialty_id, doctor_id, starts_at, ends_at,
    visit_type, room, status, key, slot, system, booking, late, created_at, reason)
SELECT 'B10K-ED', account_id, patient_id, clinic_id, specialty_id, doctor_id, unixepoch() - 3600, unixepoch() - 1800,
    visit_type, room, 'CANCELLED', 'late for the attack', slot, system, booking, 1, created_at, 'BY_REPRESENTATIVE'
FROM appointments WHERE id = :visit AND NOT EXISTS (SELECT 1 FROM appointments WHERE key = 'late for the attack')
"""


class Attacker(NamedTuple):
    person: Person
    called: str
    """in the list of what was learned"""


class Filed(NamedTuple):
    application: ApplicationId
    ref: str
    clinic: ClinicId
    code: str
    """of its confirmation, which an attacker has photographed"""


def what_stands(attack: Attack, application: int) -> dict[str, object]:
    return dict(look_up(attack, STANDING, application=application, patient=attack.ids.patient))


async def attackers(attack: Attack) -> list[Attacker]:
    stranger, dismissed = attack.stranger(), attack.client.person(DISMISSED_CLERK)
    await consent(stranger)
    await say(dismissed, "/start")
    await set_code(dismissed)
    return [
        Attacker(stranger, "stranger"),
        Attacker(attack.photographer.person, "other parent"),
        Attacker(await begin(attack, REGISTRAR), "other clinic's clerk"),
        Attacker(dismissed, "dismissed clerk"),
    ]


async def filed_by_mother(attack: Attack) -> Filed:
    """Let the mother apply at the clinic of her visit, unless she has, and print the confirmation."""
    mother, patient = attack.mother.person, PatientId(attack.ids.patient)
    clinic = ClinicId(look_up(attack, "SELECT clinic_id FROM appointments WHERE id = :id", id=attack.ids.visit)[0])
    open_one = "SELECT max(id), max(ref) FROM applications WHERE patient_id = :patient AND closed_at IS NULL"
    if look_up(attack, open_one, patient=patient)[0] is None:
        link = ReviewApplication(patient=patient, clinic=clinic, reason=EnrollmentReason.CHOICE)
        await attack.open(mother, link)
        await choose(mother, "Отправить", "Даю согласие, отправить")
    found, ref = look_up(attack, open_one, patient=patient)
    await mother.press_data((await mother.screen()).id, ApplicationFile(application=found).pack())
    await mother.wait_idle()
    paper = next(each for each in reversed(await mother.messages()) if each.bot and each.kind == "document")
    return Filed(found, ref, clinic, code_on(await attack.client.file(paper.raw["document"]["file_id"])))


def code_on(pdf: bytes) -> str:
    """Return the word of the deep link in the QR code on a paper."""
    from pypdfium2 import PdfDocument
    from zxingcpp import read_barcodes

    pages = [page.render(scale=3).to_pil() for page in PdfDocument(pdf)]
    found = [match[1] for page in pages for code in read_barcodes(page) if (match := CODE.search(code.text))]
    assert found, "no code is on the confirmation"
    return found[0]


# --- applications -----------------------------------------------------------------------------------------------------


async def applications_are_attacked(attack: Attack) -> None:
    """Nobody but the parents and the desk reads or changes an application by its number, its Ref or its code."""
    where, filed = "applications", await filed_by_mother(attack)
    before = what_stands(attack, filed.application)
    real = [*of_application(attack.ids.patient, filed.application), *of_desk_application(filed.application)]
    missing = [*of_application(NOWHERE, NOWHERE), *of_desk_application(NOWHERE)]
    secrets = [attack.child.name.family, attack.child.policy_number[-4:], filed.ref]
    for each in await attackers(attack):
        for button, unknown in zip(real, missing, strict=True):
            if button != unknown:
                await is_like_missing(attack, each, "applications", button, unknown, secrets)
        await opens_codes(attack, each, filed, secrets)
        await types_numbers(attack, each, filed, secrets)
    compare(attack, before, what_stands(attack, filed.application), where)
    clerk = await begin(attack, CLERK)
    await say(clerk, f"/start {filed.code}")
    if REAL not in (await behind_code(clerk)).text:
        attack.score.harmed.append(f"{where}: the own desk does not read a true code")
    await no_forged_code_is_believed(attack, clerk, filed)


async def opens_codes(attack: Attack, who: Attacker, filed: Filed, secrets: list[str]) -> None:
    for word in (filed.code, *forged_codes(filed)):
        seen = await attack.write(who.person, f"/start {word}", f"applications: {who.called}", secrets)
        if REAL in (await behind_code(who.person) if "код доступа" in seen.text else seen).text:
            attack.score.leaks.append(f"applications: {who.called} opens {word}")


async def types_numbers(attack: Attack, who: Attacker, filed: Filed, secrets: list[str]) -> None:
    """Write the Ref and the code at the prompts of the desk."""
    for prompt in (Desk(), DeskApplicationList()):
        for typed in (filed.ref, f"https://t.me/registratura_bot?start={filed.code}"):
            await attack.forge(who.person, prompt.pack(), f"applications: {who.called}", secrets)
            others = [secret for secret in secrets if secret not in typed]
            seen = await attack.write(who.person, typed, f"applications: {who.called}", others)
            if REAL in seen.text:
                attack.score.leaks.append(f"applications: {who.called} reads by {typed}")


async def is_like_missing(
    attack: Attack, who: Attacker, where: str, button: CallbackData, unknown: CallbackData, secrets: list[str]
) -> None:
    """Press a button with the attacked number and one with a missing number: both have the same answer."""
    answers = []
    for each in (unknown, button):
        files = await files_of(who.person)
        seen = await attack.forge(who.person, each.pack(), f"{where}: {who.called}", secrets)
        alert = "" if SAME in attack.last_alert else attack.last_alert
        answers.append((alert, seen.text, seen.labels, await files_of(who.person) - files))
    if answers[0] != answers[1]:
        attack.score.leaks.append(f"{where}: {who.called}: {button.pack()} is no missing number: {answers[1]}")


def forged_codes(filed: Filed) -> list[str]:
    """Return codes that somebody makes who knows the number of an application, or has its code."""
    plain = [filed.application.to_bytes(22), filed.application.to_bytes(6) + bytes(16), bytes(22)]
    swapped = f"{filed.code[:-2]}{'A' if filed.code[-2] != 'A' else 'B'}{filed.code[-1]}"
    return [f"application_{urlsafe_b64encode(each).decode().rstrip('=')}" for each in plain] + [swapped]


async def no_forged_code_is_believed(attack: Attack, clerk: Person, filed: Filed) -> None:
    for word in forged_codes(filed):
        seen = await attack.write(clerk, f"/start {word}", "applications", [])
        if REAL in seen.text:
            attack.score.leaks.append(f"applications: {word} is believed")
    await attack.forge(clerk, CheckApplication(application=ApplicationId(NOWHERE)).pack(), "applications", [])


# --- late cancellations -----------------------------------------------------------------------------------------------


async def blocks_are_attacked(attack: Attack) -> None:
    """Nobody but the own desk sees or lifts the block of a card."""
    with closing(sqlite3.connect(attack.database, timeout=20)) as connection:
        connection.execute(LATE_VISIT, {"visit": attack.ids.visit})
        connection.commit()
    where, before, number = "late-cancel blocks", what_stands(attack, NOWHERE), attack.number
    buttons = lifting(number)
    for each in await attackers(attack):
        for button, unknown in zip(buttons, lifting(NOWHERE), strict=True):
            await is_like_missing(attack, each, where, button, unknown, [attack.child.name.full, attack.ref])
        seen = await attack.forge(each.person, DeskBlocked().pack(), where, [attack.child.name.full, attack.ref])
        if seen.button("B10K"):
            attack.score.leaks.append(f"{where}: {each.called} sees the block")
    mother = attack.mother.person
    for button in buttons:
        await mother.press_data((await mother.screen()).id, button.pack())
        attack.score.acts += 1
    compare(attack, before, what_stands(attack, NOWHERE), where)
    clerk = await begin(attack, CLERK)
    if not (await attack.open(clerk, DeskBlocked())).button("B10K"):
        attack.score.harmed.append(f"{where}: the own desk does not see the block")


def lifting(number: int) -> list[CallbackData]:
    return [AskLiftBlock(number=number), *(LiftBlock(number=number, why=why) for why in LiftReason)]


# --- follow-ups -------------------------------------------------------------------------------------------------------


async def follow_ups_are_attacked(attack: Attack) -> None:
    """Nobody but the own desk makes the code of a follow-up, and a forged code books and tells nothing."""
    where, ids, before = "follow-up codes", ids_of(attack), what_stands(attack, NOWHERE)
    number = ids.number
    endings = (f"{ids.doctor}_on20991231", f"{NOWHERE}_10", f"{ids.doctor}_on2026", "", "-1_3")
    forged = [f"again_{ending}" for ending in endings]
    for each in await attackers(attack):
        for button, unknown in zip(making(number, ids.doctor), making(NOWHERE, NOWHERE), strict=True):
            await is_like_missing(attack, each, where, button, unknown, [attack.child.name.full, attack.ref])
        for word in (*forged, f"again_{ids.doctor}_10"):
            await attack.write(each.person, f"/start {word}", where, [attack.child.name.full, attack.ref])
    compare(attack, before, what_stands(attack, NOWHERE), where)
    clerk = await begin(attack, CLERK)
    if not (await attack.open(clerk, DeskFollowUp(number=number))).button("10"):
        attack.score.harmed.append(f"{where}: the own desk makes no code")


def making(number: int, doctor: int) -> list[CallbackData]:
    return [DeskFollowUp(number=number), MakeFollowUp(number=number, days=10), PrintFollowUps(doctor=doctor)]
