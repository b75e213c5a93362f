"""Free times for other programs: files of HL7 SMART Scheduling Links 1.0 that any web server can serve."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from bot.clinics.port import ClinicSystem
from bot.core.clinic import Clinic, Doctor, Slot, Specialty
from bot.glossary import ClinicRef

MANIFEST = "$bulk-publish"
EXTENSIONS = "http://hl7.org/fhir/uv/smart-scheduling-links/StructureDefinition"
KINDS = LOCATIONS, ROLES, SCHEDULES, SLOTS = "Location", "PractitionerRole", "Schedule", "Slot"

Resource = dict[str, Any]


Resources = dict[str, dict[str, Resource]]
"""by kind and id"""


async def find_open_slots(system: ClinicSystem, now: datetime, links: Mapping[ClinicRef, str]) -> Resources:
    """Return what anybody may book: no doctor who asks for a referral, and no time that is taken or held.

    ``links`` open the bot at each clinic; they may be none. Raises ClinicError if the system does not answer.
    """
    found: Resources = {kind: {} for kind in KINDS}
    async for schedule in _open_schedules(system, now):
        for resource in schedule.resources(system.name, links.get(schedule.clinic.ref, "")):
            found[resource["resourceType"]][resource["id"]] = resource
    return found


def write_files(found: Resources, folder: Path, url: str, now: datetime) -> None:
    """Write a file of each kind and last the manifest; ``url`` is the address at which the folder is served."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)  # the program makes files for its own user alone, but a web server shows these
    for kind in KINDS:
        lines = [json.dumps(resource, ensure_ascii=False) + "\n" for resource in found[kind].values()]
        _replace(folder / _file_of(kind), "".join(lines))
    _replace(folder / MANIFEST, json.dumps(_manifest(url, now), indent=1))


class OpenSchedule(NamedTuple):
    """The free times of a doctor."""

    clinic: Clinic
    specialty: Specialty
    doctor: Doctor
    slots: Sequence[Slot]

    def resources(self, system: str, link: str) -> list[Resource]:
        """Return the FHIR R4 resources of the clinic, the doctor, the schedule and the times."""
        place, who = _id(system, "clinic", self.clinic.ref), _id(system, "doctor", self.doctor.ref)
        service = [{"text": self.specialty.name}]
        actors = [{"reference": f"{LOCATIONS}/{place}"}, {"reference": f"{ROLES}/{who}"}]
        name = self.doctor.name.family if self.doctor.is_room else self.doctor.name.full
        return [
            _resource(
                LOCATIONS,
                place,
                name=self.clinic.name,
                telecom=[{"system": "phone", "value": self.clinic.phone}],
                address={"text": self.clinic.address, "line": [self.clinic.address], "country": "RU"},
            ),
            _resource(ROLES, who, practitioner={"display": name}, specialty=service, location=actors[:1]),
            _resource(SCHEDULES, who, actor=actors, serviceType=service),
            *[self._slot(system, who, slot, link) for slot in self.slots],
        ]

    def _slot(self, system: str, schedule: str, slot: Slot, link: str) -> Resource:
        extensions = [{"url": f"{EXTENSIONS}/booking-phone", "valueString": self.clinic.phone}]
        if link:
            extensions.append({"url": f"{EXTENSIONS}/booking-deep-link", "valueUrl": link})
        zone = self.clinic.zone
        return _resource(
            SLOTS,
            _id(system, "slot", slot.ref),
            schedule={"reference": f"{SCHEDULES}/{schedule}"},
            status="free",
            start=slot.starts_at.astimezone(zone).isoformat(timespec="seconds"),
            end=slot.ends_at.astimezone(zone).isoformat(timespec="seconds"),
            extension=extensions,
        )


async def _open_schedules(system: ClinicSystem, now: datetime) -> AsyncIterator[OpenSchedule]:
    for clinic in await system.clinics():
        for specialty in await system.specialties(clinic.ref):
            if specialty.needs_referral:
                continue
            for doctor in await system.doctors(clinic.ref, specialty.ref):
                slots = await system.slots(doctor.ref, now, now + clinic.rules.horizon)
                yield OpenSchedule(clinic, specialty, doctor, slots)


def _resource(kind: str, id: str, **fields: object) -> Resource:
    return {"resourceType": kind, "id": id, **fields}


def _id(system: str, kind: str, ref: str) -> str:
    """Return the id of a resource: the same for the same thing at every time, and of letters that FHIR allows."""
    return hashlib.sha256(f"{system}/{kind}/{ref}".encode()).hexdigest()[:32]


def _file_of(kind: str) -> str:
    return f"{kind.lower()}.ndjson"


def _manifest(url: str, now: datetime) -> dict[str, object]:
    base = url.rstrip("/")
    return {
        "transactionTime": now.isoformat(timespec="seconds"),
        "request": f"{base}/{MANIFEST}",
        "output": [{"type": kind, "url": f"{base}/{_file_of(kind)}"} for kind in (LOCATIONS, ROLES, SCHEDULES, SLOTS)],
    }


def _replace(file: Path, text: str) -> None:
    """Give a file new contents in one step. Everybody may read it: it is there to be served."""
    new = file.with_name(f"{file.name}.new")
    new.write_text(text, encoding="utf-8")
    new.chmod(0o644)
    os.replace(new, file)
