"""Parse a clinic's file into records, and collect what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, TypeVar

from bot.clinic_file.columns import DETAILS, HELP_SHEET, REQUIRED_SHEETS, WEEKDAYS, Sheet
from bot.clinic_file.long_lists import Fingerprints, RowsOnDemand
from bot.clinic_file.overlaps import find_overlaps
from bot.clinic_file.problems import FileFault, Problems
from bot.clinic_file.reading import FoundRow, nearest, plain, read_rows
from bot.clinic_file.records import (
    ClinicFile,
    ClinicRow,
    DayChange,
    DistrictRow,
    DoctorRow,
    DocumentRow,
    ExceptionRow,
    PatientRow,
    PracticeRow,
    ReferralRow,
    SpecialtyRow,
    TimetableRow,
)
from bot.clinic_file.tables import Table
from bot.clinic_file.usual_documents import completed
from bot.clinic_file.usual_referrals import asks_for_referral
from bot.core.people import PersonName
from bot.patients.records import PolicyKind
from bot.patients.rules.policy_number import policy_kind

REFERRAL_VALID = timedelta(days=30)
_POLICY_LENGTHS = {PolicyKind.ENP: 16, PolicyKind.TEMPORARY: 9, PolicyKind.OLD: 0}
_LOWEST_LATITUDE = 41

Record = TypeVar("Record")


def parse(tables: Iterable[Table], problems: Problems | None = None) -> tuple[ClinicFile, Problems]:
    """Return the records of the rows without problems, and the problems: with one of them the file is not usable."""
    found = problems if problems is not None else Problems()
    parser = _Parser(_by_sheet(tables, found), found)
    return parser.file(), found


def _by_sheet(tables: Iterable[Table], problems: Problems) -> Mapping[Sheet, Table]:
    known = {plain(sheet): sheet for sheet in Sheet}
    found: dict[Sheet, Table] = {}
    for table in tables:
        sheet = known.get(plain(table.name))
        if sheet is None and plain(table.name) != plain(HELP_SHEET):
            problems.add(table.name, 0, "", FileFault.UNKNOWN_SHEET, hint=nearest(table.name, list(Sheet)))
        elif sheet in found:
            problems.add(table.name, 0, "", FileFault.SHEET_TWICE)
        elif sheet is not None:
            found[sheet] = table
    for sheet in REQUIRED_SHEETS:
        if sheet not in found:
            problems.add(sheet, 0, "", FileFault.MISSING_SHEET)
    return found


@dataclass(slots=True)
class _Parser:
    tables: Mapping[Sheet, Table]
    problems: Problems
    codes: dict[Sheet, dict[Hashable, int]] = field(default_factory=dict)
    """what tells the rows of a sheet apart, also those with problems, and the number of the first such row"""
    names: dict[Sheet, dict[str, None]] = field(default_factory=dict)
    """the codes that other sheets may name"""
    numbers: Fingerprints = field(default_factory=Fingerprints)
    """the policy numbers of the patients"""
    clinics_of: dict[str, str] = field(default_factory=dict)
    """the clinic of each practice"""

    def file(self) -> ClinicFile:
        clinics = self._required(Sheet.CLINICS, _clinic)
        specialties = self._optional(Sheet.SPECIALTIES, self._specialty)
        doctors = self._required(Sheet.DOCTORS, self._doctor)
        practices = self._practices()
        return ClinicFile(
            clinics=clinics,
            specialties=specialties,
            doctors=doctors,
            practices=practices,
            timetable=self._timetable(practices),
            exceptions=self._optional(Sheet.EXCEPTIONS, self._exception, key=None),
            patients=self._patients(),
            referrals=self._optional(Sheet.REFERRALS, self._referral, key=("number",)),
            districts=self._optional(Sheet.DISTRICTS, self._district, key=None),
            documents=self._optional(Sheet.DOCUMENTS, self._document, key=("clinic", "code")),
        )

    def _optional(
        self, sheet: Sheet, make: Callable[[FoundRow], Record], key: Sequence[str] | None = ("code",)
    ) -> list[Record] | None:
        """Return None for a sheet that is missing, or that has no row of its own: of that the file says nothing."""
        found = self._required(sheet, make, key) if sheet in self.tables else None
        return found or (found if sheet is Sheet.EXCEPTIONS else None)

    def _required(
        self, sheet: Sheet, make: Callable[[FoundRow], Record], key: Sequence[str] | None = ("code",)
    ) -> list[Record]:
        return [record for _, record in self._rows(sheet, make, key)]

    def _rows(
        self, sheet: Sheet, make: Callable[[FoundRow], Record], key: Sequence[str] | None
    ) -> Iterator[tuple[FoundRow, Record]]:
        """Yield the records, each with its row."""
        if sheet not in self.tables:
            return
        if sheet is Sheet.SPECIALTIES:
            key = ("clinic", "code")
        for row in read_rows(sheet, self.tables[sheet], self.problems):
            if key:
                self._count_once(row, key)
            record = make(row) if row.is_whole else None
            if record is not None and row.is_whole:
                yield row, record

    def _count_once(self, row: FoundRow, key: Sequence[str]) -> None:
        if not (name := row.get(key[-1])):
            return
        value: Hashable = name if len(key) == 1 else tuple(row.get(part, "") for part in key)
        self.names.setdefault(row.sheet, {})[name] = None
        first = self.codes.setdefault(row.sheet, {}).setdefault(value, row.number)
        if first != row.number:
            row.refuse(key[-1], FileFault.TWICE, first=first)

    def _refer(self, row: FoundRow, field: str, sheet: Sheet) -> None:
        """Refuse a code that no row of the sheet has; without specialties of its own a clinic has the usual ones."""
        code = row.get(field)
        known = self.names.get(sheet, {})
        says_nothing = sheet not in self.tables or (sheet is Sheet.SPECIALTIES and not known)
        if code and not says_nothing and code not in known:
            row.refuse(field, FileFault.UNKNOWN_CODE, found=code, other=sheet, hint=nearest(code, sorted(known)))

    # --- the sheets ---

    def _specialty(self, row: FoundRow) -> SpecialtyRow:
        self._refer(row, "clinic", Sheet.CLINICS)
        _in_order(row, "min_age", "max_age")
        needs = row.get("needs_referral")
        return _record(SpecialtyRow, row, needs_referral=asks_for_referral(row.get("name")) if needs is None else needs)

    def _doctor(self, row: FoundRow) -> DoctorRow:
        if not row.get("given") and not row.get("is_room"):
            row.refuse("given", FileFault.MISSING)
        return _record(DoctorRow, row, name=_name(row))

    def _practices(self) -> list[PracticeRow]:
        rows = list(self._rows(Sheet.PRACTICES, self._practice, ("code",)))
        self.clinics_of = {practice.code: practice.clinic for _, practice in rows}
        first: dict[tuple[str, str, str], int] = {}
        for row, practice in rows:
            number = first.setdefault((practice.doctor, practice.clinic, practice.specialty), row.number)
            if number != row.number:
                row.refuse("doctor", FileFault.DOCTOR_TWICE, first=number)
        return [practice for row, practice in rows if row.is_whole]

    def _practice(self, row: FoundRow) -> PracticeRow:
        self._refer(row, "doctor", Sheet.DOCTORS)
        self._refer(row, "clinic", Sheet.CLINICS)
        self._refer(row, "specialty", Sheet.SPECIALTIES)
        _in_order(row, "valid_from", "valid_until")
        _in_order(row, "min_age", "max_age")
        return _record(PracticeRow, row)

    def _timetable(self, practices: Sequence[PracticeRow]) -> list[TimetableRow]:
        rows = list(self._rows(Sheet.TIMETABLE, self._timetable_row, None))
        by_number = {row.number: row for row, _ in rows}
        numbered = [(row.number, record) for row, record in rows]
        for earlier, later, is_same_practice in find_overlaps(numbered, practices):
            fault = FileFault.OVERLAP if is_same_practice else FileFault.TWO_PLACES
            by_number[later].refuse("starts", fault, first=earlier)
        return [record for row, record in rows if row.is_whole]

    def _timetable_row(self, row: FoundRow) -> TimetableRow:
        self._refer(row, "practice", Sheet.PRACTICES)
        _in_order(row, "valid_from", "valid_until")
        _fits(row)
        return _record(TimetableRow, row)

    def _exception(self, row: FoundRow) -> ExceptionRow:
        if bool(row.get("clinic")) == bool(row.get("practice")):
            row.refuse("practice", FileFault.ONE_OF_TWO, other="клиника")
        self._refer(row, "clinic", Sheet.CLINICS)
        self._refer(row, "practice", Sheet.PRACTICES)
        self._refer(row, "substitute", Sheet.PRACTICES)
        _in_order(row, "first_day", "last_day")
        _needs(row)
        _fits(row)
        return _record(
            ExceptionRow,
            row,
            clinic=row.get("clinic", ""),
            practice=row.get("practice", ""),
            last_day=row.get("last_day") or row.get("first_day"),
        )

    def _patients(self) -> Collection[PatientRow] | None:
        """Check the patients; they are read again when they are wanted, for a list may be too long for the memory."""
        if Sheet.PATIENTS not in self.tables:
            return None
        count = 0
        for row in read_rows(Sheet.PATIENTS, self.tables[Sheet.PATIENTS], self.problems):
            if number := row.get("policy_number"):
                self.numbers.add(number)
            count += self._whole_patient(row) is not None
        self.numbers.sort()
        if twice := self.numbers.twice():
            self._refuse_twice(twice)
        return RowsOnDemand(count, self._read_patients) if count else None

    def _read_patients(self) -> Iterator[PatientRow]:
        """Yield the patients of the rows without a problem, whose problems are already known."""
        for row in read_rows(Sheet.PATIENTS, self.tables[Sheet.PATIENTS], Problems()):
            if (patient := self._whole_patient(row)) is not None:
                yield patient

    def _whole_patient(self, row: FoundRow) -> PatientRow | None:
        patient = self._patient(row) if row.is_whole else None
        return patient if row.is_whole else None

    def _refuse_twice(self, fingerprints: Set[int]) -> None:
        first: dict[str, int] = {}
        for row in read_rows(Sheet.PATIENTS, self.tables[Sheet.PATIENTS], Problems()):
            number = row.get("policy_number", "")
            if hash(number) in fingerprints and first.setdefault(number, row.number) != row.number:
                row.problems = self.problems
                row.refuse("policy_number", FileFault.TWICE, first=first[number])

    def _patient(self, row: FoundRow) -> PatientRow:
        self._refer(row, "clinic", Sheet.CLINICS)
        length = _POLICY_LENGTHS[policy_kind(row.get("policy_number"))]
        if row.get("policy_kind", length) != length:
            row.refuse("policy_kind", FileFault.POLICY)
        return _record(PatientRow, row, name=_name(row))

    def _referral(self, row: FoundRow) -> ReferralRow:
        self._refer(row, "specialty", Sheet.SPECIALTIES)
        if len(self.numbers) and row.get("policy_number") not in self.numbers:
            row.refuse("policy_number", FileFault.NO_PATIENT)
        _in_order(row, "issued_on", "valid_until")
        until = row.get("valid_until") or row.get("issued_on") + REFERRAL_VALID
        return _record(ReferralRow, row, valid_until=until)

    def _district(self, row: FoundRow) -> DistrictRow:
        self._refer(row, "clinic", Sheet.CLINICS)
        self._refer(row, "practice", Sheet.PRACTICES)
        if self.clinics_of.get(row.get("practice"), row.get("clinic")) != row.get("clinic"):
            row.refuse("practice", FileFault.OTHER_CLINIC)
        return _record(DistrictRow, row)

    def _document(self, row: FoundRow) -> DocumentRow:
        self._refer(row, "clinic", Sheet.CLINICS)
        _in_order(row, "min_age", "max_age")
        return completed(_record(DocumentRow, row))


def _clinic(row: FoundRow) -> ClinicRow:
    latitude, longitude = row.get("latitude"), row.get("longitude")
    if latitude is not None and longitude is not None and latitude < _LOWEST_LATITUDE <= longitude:
        row.refuse("latitude", FileFault.SWAPPED)
    elif latitude is not None and not _LOWEST_LATITUDE <= latitude <= 82:
        row.refuse("latitude", FileFault.COORDINATE, found=str(latitude), lowest=_LOWEST_LATITUDE, highest=82)
    _in_order(row, "min_age", "max_age")
    hours = {number: row.get(f"hours{number}") for number in WEEKDAYS.values() if row.get(f"hours{number}")}
    details = {column.field: row.get(column.field) for column in DETAILS if row.get(column.field) is not None}
    return _record(ClinicRow, row, hours=hours, details=details)


def _record(record: Callable[..., Record], row: FoundRow, **made: Any) -> Record:
    """Make a record of the values that have a field; the others have the record's defaults."""
    known = {each.name for each in fields(record)}  # type: ignore[arg-type]  # every record is a dataclass
    values = {name: value for name, value in row.values.items() if name in known}
    return record(**{**values, **made})


def _name(row: FoundRow) -> PersonName:
    return PersonName(row.get("family"), row.get("given", ""), row.get("patronymic", ""))


def _in_order(row: FoundRow, first: str, last: str) -> None:
    starts, ends = row.get(first), row.get(last)
    if starts is not None and ends is not None and ends < starts:
        row.refuse(last, FileFault.END_BEFORE_START, found="")


def _fits(row: FoundRow) -> None:
    """Refuse hours that end before they start, or are shorter than one visit."""
    starts, ends, minutes = row.get("starts"), row.get("ends"), row.get("minutes")
    if starts is None or ends is None:
        if starts is not ends:
            row.refuse("ends" if ends is None else "starts", FileFault.MISSING)
        return
    length = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    if length <= 0:
        row.refuse("ends", FileFault.END_BEFORE_START, found="")
    elif minutes is not None and minutes > length:
        row.refuse("minutes", FileFault.LENGTH, minutes=minutes, length=length)


_NEEDED = {DayChange.SUBSTITUTE: ("substitute",), DayChange.ROOM: ("room",), DayChange.OPEN: ("starts", "ends")}


def _needs(row: FoundRow) -> None:
    what = row.get("what")
    needed = (*_NEEDED.get(what, ()), *(("minutes",) if what is DayChange.OPEN and row.get("practice") else ()))
    for each in needed:
        if not row.values.get(each) and row.values.get(each) is None:
            row.refuse(each, FileFault.NEEDED_FOR)
