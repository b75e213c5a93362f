"""The export as a paper: the same tree as in the JSON file, with fields and codes in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.deeds import ActorKind, Deed, Subject, SubjectKind
from bot.core.i18n import MOSCOW, clock_time, gettext as _, numeric_date, zone_note
from bot.delivery.paper import Paper, Section
from bot.privacy.journals import SHOWN, LongJournal
from bot.privacy.records import ExportRecord
from dialogs.kit.deeds import sentence
from dialogs.kit.wording import capitalised
from dialogs.privacy.export_codes import ISO_DAY, word
from dialogs.privacy.export_labels import heading, label

Line = tuple[str, str]


def export_paper(tree: ExportRecord, now: datetime) -> Paper:
    whole = tree["about"] == "ACCOUNT"
    return Paper(
        title=_("Everything I keep about you") if whole else _("Everything I keep about the patient"),
        sections=tuple(_sections(tree)),
        made_at=now,
        footer=_("Collected on {moment}, Moscow time. The same is in the JSON file, for programs.").format(
            moment=_moment(now, MOSCOW)
        ),
    )


def _sections(tree: ExportRecord, of: str = "") -> Iterator[Section]:
    """Return the sections that are not empty, each with ``of`` before its heading."""
    for name, value in tree.items():
        title = f"{of}: {heading(name).lower()}" if of else heading(name)
        if name == "patients":
            for patient in _records(value):
                yield from _patient(patient)
        elif shown := tuple(_shown(value)):
            yield Section(title, shown)


def _shown(value: object) -> Iterator[Line]:
    """Return the lines of a record, or of the newest records of a list."""
    if isinstance(value, Mapping):
        yield from _lines(value)
        return
    records, total = _records(value), len(_records(value))
    if isinstance(value, LongJournal):
        records, total = tuple(value.shown), value.total
    yield from _numbered(records[-SHOWN:])
    yield from _left_out(min(len(records), SHOWN), total)


def _numbered(records: Sequence[ExportRecord]) -> Iterator[Line]:
    yield from (("", f"{n}. {_paragraph(each)}") for n, each in enumerate(records, start=1))


def _left_out(shown: int, total: int) -> Iterator[Line]:
    if shown < total:
        sentence = _("The newest records are shown: {shown} of {total}. All of them are in the JSON file.")
        yield "", sentence.format(shown=shown, total=total)


def _patient(patient: ExportRecord) -> Iterator[Section]:
    name = patient["name"]
    title = " ".join(str(part) for part in name.values() if part) if isinstance(name, Mapping) else str(name)
    lists = {field: value for field, value in patient.items() if isinstance(value, list | tuple | LongJournal)}
    yield Section(title, tuple(_lines({field: value for field, value in patient.items() if field not in lists})))
    yield from _sections(lists, of=title)


def _records(value: object) -> Sequence[ExportRecord]:
    return value if isinstance(value, list | tuple) else ()


def _lines(record: ExportRecord, zone: ZoneInfo = MOSCOW, within: str = "") -> Iterator[Line]:
    """Return label and value of each field; fields of a nested record stand among the others."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from _lines(value, zone, name)
        elif value not in (None, ""):
            yield label(name, within), _value(name, value, zone)


def _paragraph(record: ExportRecord) -> str:
    """Return a record as one line: moments of a visit in the clinic's time, flags only if they are set."""
    if "action" in record:
        return _act(record)
    zone = ZoneInfo(str(record.get("zone") or MOSCOW.key))
    shown = {name: value for name, value in record.items() if name != "zone" and value is not False}
    return " · ".join(f"{name}: {value}" for name, value in _lines(shown, zone))


def _act(entry: ExportRecord) -> str:
    """Return an entry of a journal: when, a sentence of who did what, and what it was done to."""
    deed, who = Deed.read(str(entry["action"])), str(entry.get("who") or "YOU")
    what = capitalised(sentence(deed, KINDS_OF_DOERS.get(who, ActorKind.ACCOUNT), is_own=who == "YOU"))
    others = (
        _value(name, value, MOSCOW) for name, value in entry.items() if name not in {"at", "who", "action"} and value
    )
    return " · ".join([_value("at", entry["at"], MOSCOW), what, *others])


KINDS_OF_DOERS = {"OPERATOR": ActorKind.OPERATOR, "CLINIC": ActorKind.STAFF}
"""of the field «who»; any other is an account"""


def _value(name: str, value: object, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return _moment(value, zone)
    if isinstance(value, date):
        return numeric_date(value)
    return _written(name, str(value))


def _written(name: str, value: str) -> str:
    if name == "subject":
        return _subject(Subject.read(value))
    return numeric_date(date.fromisoformat(value)) if ISO_DAY.fullmatch(value) else word(value)


def _subject(subject: Subject) -> str:
    match subject.kind:
        case SubjectKind.PATIENT:
            return _("card No. {number}").format(number=subject.value)
        case SubjectKind.APPOINTMENT | SubjectKind.VISIT:
            return _("visit No. {number}").format(number=subject.value)
        case SubjectKind.PERSON:
            return _("record No. {number} of the clinic").format(number=subject.value)
        case SubjectKind.ACCOUNT:
            return _("account {number}").format(number=subject.value).rstrip()
    return word(subject.value)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    note = zone_note(zone, at)
    return f"{numeric_date(at.astimezone(zone).date())} {clock_time(at, zone)} {note}".rstrip()
