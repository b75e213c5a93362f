"""How far it is proved that an account acts for a patient, and whether that is enough for a clinic."""

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
        """The highest of them."""
        if self.papers:
            return Level.PAPERS
        if self.policy:
            return Level.POLICY
        return Level.PHONE if self.phone else Level.NOTHING

    def missing(self, demanded: Level) -> Level | None:
        """The proof that must still be given where a clinic demands that level; None where nothing is missing.

        Nothing but the thing itself will do: a clinic that wants a telephone means to call it.
        """
        given = {Level.NOTHING: True, Level.PHONE: self.phone, Level.POLICY: self.policy, Level.PAPERS: self.papers}
        return None if given[demanded] else demanded
