"""What is proved about an account that acts for a patient, compared with what a clinic demands."""

from __future__ import annotations

from typing import NamedTuple

from bot.core.clinic import Level


class Proofs(NamedTuple):
    """What is proved: the account's telephone, the patient's policy, the papers seen at a desk."""

    phone: bool = False
    policy: bool = False
    papers: bool = False

    @property
    def level(self) -> Level:
        """Return the highest level that is proved."""
        if self.papers:
            return Level.PAPERS
        if self.policy:
            return Level.POLICY
        return Level.PHONE if self.phone else Level.NOTHING

    def missing(self, demanded: Level) -> Level | None:
        """Return the level that a clinic demands if it is not proved, else None.

        A higher level does not replace a lower one: a clinic that demands a telephone wants to call it.
        """
        given = {Level.NOTHING: True, Level.PHONE: self.phone, Level.POLICY: self.policy, Level.PAPERS: self.papers}
        return None if given[demanded] else demanded
