"""Every deed has words and keeps its stored text; a deed of a newer release is shown as another action."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.booking.deeds import BOOKING_SETTLED
from bot.clinics.port import BookingStatus
from bot.core.deeds import Actor, ActorKind, Deed, Subject, SubjectKind
from bot.core.i18n import speak
from bot.core.people import Purpose, Role
from bot.glossary import AccountId, AppointmentId, ClinicId, PatientId, Ref
from bot.patients.deeds import CORRECTED, DETAIL_CHANGED, DETAIL_REMOVED
from bot.patients.records import Detail, KeyField
from dialogs.kit.deed_sentences import OTHERS, SENTENCES
from dialogs.kit.deeds import BY_KIND, DEEDS, Doer, sentence, words
from dialogs.privacy.export_paper import export_paper
from tests.chat.actions import MARIA, account_of, children_of, choose, say, settle_in
from tests.chat.town import Town
from tests.storage.personal_data import put
from tests.storage.stored import NOW, World, opened_world

WRITTEN = """
access asked for
access code forgotten
access code set
access code switched off
access given
access refused
access revoked
application decided
application decision undone
application filed
application lapsed
application read
application sent again
application withdrawn
appointed
became owner
booking asked for
booking: booked
booking: cancelled
booking: checked_in
booking: fulfilled
booking: no_show
booking: refused
cancellation asked for
cancellation refused
card closed
card confirmed
card erased
card printed
own clinic printed
card removed
change of the desk undone
changed by the clinic
code guessed elsewhere
colleague dismissed
coming confirmed
consent declined
consent given
consent revoked
corrected: birth_date
corrected: family
corrected: given
corrected: number
corrected: patronymic
corrected: sex
correction refused
data taken out
desk check again
desk check decided
desk check read
desk check sent
desk check undone
desk check urgent
desk digits wrong
desk matter declined
desk matter read
detail changed: address
detail changed: certificate
detail changed: issued_on
detail changed: snils
detail changed: valid_until
detail removed: address
detail removed: certificate
detail removed: issued_on
detail removed: snils
detail removed: valid_until
dismissed
document seen
email given
email removed
enrolled
enrollment limited
erased
forgotten code remembered
full data shown at the desk
invitation accepted
invitation cancelled
invitation declined
invitation made
invitation to a post declined
invitation to a post withdrawn
invited to a post
looked up by the operator
name corrected
name found at the desk
name listed at the desk
number of a referral entered
number shown
ownership handed over
papers seen
passing data to a clinic allowed
person added at the desk
person read at the desk
phone removed
phone shared
policy check: needs_correction
policy check: rejected
policy check: verified
policy linked
policy of a person added at the desk
records of a person merged at the desk
referral given at the desk
referral withdrawn at the desk
sharing ended
suspended erased
taken over
takeover asked for
takeover confirmed at the desk
takeover declined at the desk
takeover lapsed
takeover refused
takeover undone
takeover withdrawn
too many wrong codes
took over
visit cancelled
visit cancelled for the clinic
visit made elsewhere found
visit moved
visit moved for the clinic
visit read at the desk
""".strip().splitlines()
"""Actions in journals of earlier releases."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


def test_every_deed_has_words_and_every_actor_a_doer() -> None:
    assert set(DEEDS) == set(Deed)
    assert set(BY_KIND) == set(ActorKind)
    with speak("ru"):
        assert [deed for deed in Deed if words(deed) == DEEDS[deed][1]] == []


def test_every_deed_has_a_sentence_unless_its_actor_decides_who_did_it() -> None:
    assert set(Deed) - set(SENTENCES) == {deed for deed, (doer, _words) in DEEDS.items() if doer is Doer.ACTOR}
    assert {DEEDS[deed][0] for deed in OTHERS} == {Doer.PERSON}
    with speak("ru"):
        assert sentence(Deed.POLICY_LINKED, ActorKind.ACCOUNT) == "вы добавили карточку"
        assert sentence(Deed.POLICY_LINKED, ActorKind.ACCOUNT, is_own=False) == "другой представитель добавил карточку"
        assert sentence(Deed.POLICY_VERIFIED, ActorKind.SYSTEM, is_own=False) == "реестр подтвердил полис"
        assert sentence(Deed.CODE_SET, ActorKind.OPERATOR) == "оператор: задан код доступа"


def test_action_of_an_earlier_release_is_still_known() -> None:
    assert [action for action in WRITTEN if Deed.read(action) is Deed.UNKNOWN] == []


def test_deeds_chosen_by_a_value_are_all_there() -> None:
    assert set(CORRECTED) == set(KeyField)
    assert set(DETAIL_CHANGED) == set(DETAIL_REMOVED) == set(Detail)
    assert set(BOOKING_SETTLED) == set(BookingStatus)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (Subject.patient(PatientId(7)), "patient 7"),
        (Subject.appointment(AppointmentId(7)), "appointment 7"),
        (Subject.account(AccountId(7)), "account 7"),
        (Subject.own_account(), "account"),
        (Subject.visit(7), "visit 7"),
        (Subject.person(7), "person 7"),
        (Subject.consent(Purpose.REMINDERS), "REMINDERS"),
        (Subject.post(Role.HEAD, ClinicId(7)), "HEAD@7"),
        (Subject.number(Ref("A7KM-9X")), "A7KM-9X"),
        (Subject.access_code(), ""),
    ],
)
def test_subject_is_stored_as_text_and_read_back(subject: Subject, text: str) -> None:
    assert str(subject) == text
    assert Subject.read(text) == subject


def test_subject_of_another_version_is_a_code() -> None:
    assert Subject.read("referral 7") == Subject(SubjectKind.CODE, "referral 7")


async def test_journal_row_of_an_older_release_is_read_whole(world: World) -> None:
    mother, patient = world.mother.id, await world.link()
    for action in ("policy linked", "corrected: family", "booking: booked", "a deed of tomorrow"):
        await put(world, "audit", account_id=mother, at=1, action=action, subject=f"patient {patient}")
    entries = await world.storage.read(lambda view: view.audit.list_of_patient(patient, 9))
    assert [entry.deed for entry in entries] == [
        Deed.UNKNOWN,
        Deed.BOOKING_BOOKED,
        Deed.FAMILY_NAME_CORRECTED,
        Deed.POLICY_LINKED,
    ]
    assert {entry.actor for entry in entries} == {Actor.account(mother)}
    assert {entry.subject for entry in entries} == {Subject.patient(patient)}


async def test_unknown_deed_is_shown_as_another_action(town: Town) -> None:
    """An older release may run again after a newer one has written its own deeds."""
    mother = town.mother
    await settle_in(mother, MARIA)
    account, [maria] = await account_of(town, mother), await children_of(town, mother)
    sql = "INSERT INTO audit (account_id, actor, at, action, subject) VALUES (:account, 'STAFF', 1, 'x', :subject)"
    row = {"account": account.id, "subject": str(Subject.patient(maria.id))}
    await town.app.store.database.write(lambda connection: connection.execute(sql, row))
    await say(mother, "/children")
    assert "Поликлиника: другое действие" in (await choose(mother, "Мария И.", "История")).text


def test_unknown_deed_in_an_export_is_another_action() -> None:
    entry = {"at": NOW, "who": "YOU", "action": "a deed of tomorrow", "subject": "patient 7"}
    with speak("ru"):
        [section] = export_paper({"about": "ACCOUNT", "journal": [entry]}, NOW).sections
    assert "Другое действие · карточка № 7" in section.lines[0][1]
