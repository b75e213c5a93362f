"""Whatever records are written into a clinic's file, they are read back."""

from __future__ import annotations

import tempfile
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from bot.clinic_file.records import (
    ClinicFile,
    ClinicRow,
    DayChange,
    DistrictRow,
    DoctorRow,
    DocumentRow,
    ExceptionRow,
    IssuedBy,
    Parity,
    PatientRow,
    PracticeRow,
    ReferralRow,
    SpecialtyRow,
    TimetableRow,
)
from bot.clinic_file.template import rows_by_sheet, write_folder, write_workbook
from bot.clinics.port import PolicyStatus
from bot.core.clinic import Audience, CheckedBy, ClinicKind, VisitForm, VisitType
from bot.core.clinic_documents import DocumentAsks
from bot.core.people import PersonName, Sex
from bot.patients.rules.policy_number import make_policy_number
from tests.rules.clinic_file.files import parsed, read

texts = (
    st.text("абвЖЯ №;,\"'=0123", min_size=1, max_size=19)
    .map(lambda text: f"я{text}".strip())
    .map(lambda text: " ".join(text.split()))
)
maybe_texts = st.just("") | texts
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
maybe_days = st.none() | days
clocks = st.builds(time, st.integers(7, 19), st.integers(0, 59))
words = st.lists(st.text("абвг", min_size=1, max_size=9), max_size=3).map(tuple)
sexes = st.sampled_from(Sex)
hours = st.integers(1, 200).map(lambda n: timedelta(hours=n))

clinics = st.builds(
    ClinicRow,
    code=st.just("к1"),
    name=texts,
    kind=st.sampled_from(ClinicKind),
    address=texts,
    zone=st.sampled_from(["Europe/Moscow", "Asia/Yekaterinburg"]),
    phone=texts,
    hours=st.dictionaries(st.integers(1, 7), st.just((time(8), time(20))), max_size=7),
    details=st.fixed_dictionaries(
        {},
        optional={
            "metro": texts,
            "latitude": st.floats(41, 82).map(lambda n: round(n, 6)),
            "longitude": st.floats(41, 180).map(lambda n: round(n, 6)),
            "inn": st.just("0012345678"),
            "oms": st.booleans(),
            "places": st.integers(0, 900),
            "papers": st.sampled_from(["NONE", "BRING", "FILE"]),
            "marks_no_show": st.booleans(),
            "late_cancels": st.integers(0, 9),
            "block_days": st.integers(0, 90),
            "counts_missed": st.booleans(),
        },
    ),
    horizon=st.integers(0, 365).map(lambda n: timedelta(days=n)),
    publish_at=clocks,
    notice=st.integers(0, 600).map(lambda n: timedelta(minutes=n)),
    cancel_before=hours,
    move_before=hours,
    checked_by=st.sampled_from(CheckedBy),
    check_within=hours,
    books_unchecked=st.booleans(),
)
specialties = st.builds(
    SpecialtyRow,
    code=st.just("с1"),
    name=texts,
    clinic=st.sampled_from(["", "к1"]),
    words=words,
    min_age=st.integers(0, 17),
    max_age=st.integers(18, 200),
    sex=st.none() | sexes,
    needs_referral=st.booleans(),
)
doctors = st.builds(
    DoctorRow,
    code=st.just("в1"),
    name=st.builds(PersonName, texts, texts, maybe_texts),
    position=maybe_texts,
    since_year=st.none() | st.integers(1950, 2026),
    category=maybe_texts,
    is_room=st.booleans(),
)
practices = st.builds(
    PracticeRow,
    code=st.just("п1"),
    doctor=st.just("в1"),
    clinic=st.just("к1"),
    specialty=st.just("с1"),
    room=texts,
    valid_from=st.none() | st.just(date(2026, 1, 1)),
    valid_until=st.none() | st.just(date(2027, 1, 1)),
    min_age=st.none() | st.integers(0, 5),
    max_age=st.none() | st.integers(6, 17),
    district=maybe_texts,
)
timetable = st.builds(
    TimetableRow,
    practice=st.just("п1"),
    weekday=st.integers(1, 7),
    starts=clocks,
    ends=st.just(time(22)),
    minutes=st.integers(1, 120),
    weeks=st.sampled_from(Parity),
    dates=st.sampled_from(Parity),
    visit_type=st.sampled_from(VisitType),
    form=st.sampled_from(VisitForm),
    audience=st.sampled_from(Audience),
    valid_from=maybe_days.map(lambda day: day and day.replace(year=2020)),
    valid_until=maybe_days.map(lambda day: day and day.replace(year=2028)),
    on_holidays=st.booleans(),
)
exceptions = st.builds(
    ExceptionRow,
    clinic=st.just("к1"),
    practice=st.just(""),
    first_day=days,
    last_day=st.just(date(2031, 1, 1)),
    what=st.just(DayChange.CLOSED),
    starts=st.just(time(8)),
    ends=st.just(time(9)),
    reason=maybe_texts,
)
NUMBER = make_policy_number("01", date(2018, 3, 15), Sex.FEMALE, 7)
patients = st.builds(
    PatientRow,
    policy_number=st.sampled_from([NUMBER, "012345678", "77 № 123456"]),
    name=st.sampled_from([PersonName("Иванова", "Мария"), PersonName("Ким", "О", "Петровна")]),
    birth_date=days,
    sex=sexes,
    snils=st.sampled_from(["", "08765430300"]),
    status=st.sampled_from(PolicyStatus),
    valid_until=maybe_days,
    clinic=st.sampled_from(["", "к1"]),
    attached_on=maybe_days,
    district=maybe_texts,
    phone=st.sampled_from(["", "+79161234567"]),
    has_priority=st.booleans(),
)
referrals = st.builds(
    ReferralRow,
    number=texts,
    policy_number=st.just(NUMBER),
    specialty=st.just("с1"),
    issued_on=days,
    valid_until=st.just(date(2031, 1, 1)),
    from_whom=maybe_texts,
)
districts = st.builds(
    DistrictRow, clinic=st.just("к1"), district=texts, practice=st.just("п1"), street=texts, houses=maybe_texts
)
documents = st.builds(
    DocumentRow,
    clinic=st.just("к1"),
    code=texts,
    name=texts,
    audience=maybe_texts,
    bring=maybe_texts,
    days=st.none() | st.integers(0, 30),
    valid_days=st.none() | st.integers(0, 300),
    issued_by=st.sampled_from(IssuedBy),
    min_age=st.none() | st.integers(0, 10),
    max_age=st.none() | st.integers(10, 20),
    asks=st.none() | st.sampled_from(DocumentAsks),
)


@st.composite
def files(draw: st.DrawFn) -> ClinicFile:
    people = draw(st.none() | st.lists(patients, min_size=1, max_size=3, unique_by=lambda each: each.policy_number))
    has_referral = people is None or any(each.policy_number == NUMBER for each in people)
    return ClinicFile(
        clinics=[draw(clinics)],
        specialties=[draw(specialties)],
        doctors=[draw(doctors)],
        practices=[draw(practices)],
        timetable=draw(st.lists(timetable, min_size=1, max_size=3, unique_by=lambda each: each.weekday)),
        exceptions=draw(st.none() | st.lists(exceptions, max_size=2)),
        patients=people,
        referrals=draw(st.none() | st.lists(referrals, min_size=1, max_size=1)) if has_referral else None,
        districts=draw(st.none() | st.lists(districts, min_size=1, max_size=2)),
        documents=draw(st.none() | st.lists(documents, min_size=1, max_size=1)),
    )


@settings(max_examples=50, deadline=None)
@given(files())
def test_cells_that_are_written_are_read_back(file: ClinicFile) -> None:
    found, problems = parsed({str(sheet): rows for sheet, rows in rows_by_sheet(file).items()})
    assert [(each.column, each.fault, each.facts) for each in problems.shown] == []
    assert found == file


@pytest.mark.parametrize("is_workbook", [True, False])
@settings(max_examples=10, deadline=None)
@given(files())
def test_records_that_are_written_are_read_back(is_workbook: bool, file: ClinicFile) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("file.xlsx" if is_workbook else "sheets")
        (write_workbook if is_workbook else write_folder)(path, file)
        found, problems = read(path)
    assert [(each.column, each.fault, each.facts) for each in problems.shown] == []
    assert found == file
