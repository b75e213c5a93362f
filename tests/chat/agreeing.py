"""The data of the buttons that give the consents to the current texts, in their order."""

from __future__ import annotations

from bot.account.rules.consents import CONSENT_VERSIONS
from dialogs.privacy.links import STEPS, AgreeTo

AGREE = tuple(AgreeTo(step=step, version=int(CONSENT_VERSIONS[purpose])).pack() for purpose, step in STEPS.items())
