"""The scenes of an attack by their names; the last ones move the clock and are played when the parents have gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from tests.attack import claimants, desks, floods, insiders, papers, strangers
from tests.attack.attack import Attack

Scene = Callable[[Attack], Awaitable[None]]

SCENES: Mapping[str, Scene] = {
    "stranger presses": strangers.stranger_presses_everything,
    "stranger types": strangers.stranger_types_everything,
    "forged contact": strangers.stranger_forges_a_contact,
    "guessed names": strangers.stranger_guesses_names,
    "claimant by SNILS": claimants.claimant_with_the_snils,
    "visit made elsewhere": claimants.claimant_looks_for_a_visit,
    "second account": claimants.claimant_holds_a_time,
    "revoked parent": insiders.revoked_parent_uses_old_buttons,
    "locked phone": insiders.thief_holds_a_locked_phone,
    "dismissed registrar": insiders.dismissed_registrar_opens_the_desk,
    "other clinic": insiders.registrar_reads_another_clinic,
    "neighbour at the desk": desks.neighbour_uses_the_desk,
    "parents at the desk": desks.parents_use_the_desk,
    "roles at the desk": desks.roles_go_beyond,
    "dismissed in the middle": desks.dismissed_in_the_middle,
    "tickets": desks.tickets_are_stolen_and_forged,
    "applications": papers.applications_are_attacked,
    "late-cancel blocks": papers.blocks_are_attacked,
    "follow-up codes": papers.follow_ups_are_attacked,
    "flood": floods.flood,
    "hostile files": floods.hostile_files,
}

LAST: Mapping[str, Scene] = {"telephone thief": strangers.thief_has_the_mothers_telephone_number}
