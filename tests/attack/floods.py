"""Attackers who want others to wait: floods of messages and hostile files."""

from __future__ import annotations

import asyncio

from dialogs.account.links import Home
from dialogs.patients.links import AskPhoto
from storage.registry.seed.examples import Example
from storage.registry.seed.people import DemoPerson
from tests.attack.attack import Attack
from tests.barcodes import barcode, jpeg, on_paper, pdf417
from tests.chat.actions import consent
from tests.chat.person import Person
from tests.hostile_files import HOSTILE

FLOOD = 150
MIMES = {b"%PDF": "application/pdf", b"\x89PNG": "image/png"}
SENDERS = 4
"""people who send hostile files at the same time"""


async def flood(attack: Attack) -> None:
    """One account writes and presses as fast as it can, without waiting for an answer."""
    stranger = attack.stranger()
    await consent(stranger)
    newest = (await stranger.screen()).id
    for number in range(FLOOD):
        attack.score.acts += 1
        if number % 3:
            await stranger.press_only(newest, Home().pack())
        else:
            await stranger.say(f"сообщение {number}")


async def hostile_files(attack: Attack) -> None:
    """Several people send files that are made to stop a reader; a true parent's photo is read all the same."""
    senders = [attack.stranger() for _sender in range(SENDERS)]
    for sender in senders:
        await consent(sender)
    names = list(HOSTILE)
    at = attack.score.acts
    chosen = [names[(at + place) % len(names)] for place in range(SENDERS)]
    photo = await asyncio.to_thread(good_photo, attack.photographer.child)
    sending = [send(attack, sender, name) for sender, name in zip(senders, chosen, strict=True)]
    await asyncio.gather(attack.photographer.sends_photo(photo), *sending)


def good_photo(child: Example | DemoPerson) -> bytes:
    return jpeg(on_paper(pdf417(barcode(child.policy_number, child.name))))


async def send(attack: Attack, sender: Person, name: str) -> None:
    """Send one file to the prompt for a photo; whatever it is, the bot answers."""
    await attack.open(sender, AskPhoto())
    data = await asyncio.to_thread(HOSTILE[name])
    attack.score.acts += 1
    await sender.send_document(data, name="полис", mime=MIMES.get(data[:4], "image/jpeg"))
    await sender.screen()
