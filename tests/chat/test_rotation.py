"""Every key is replaced under a town that goes on: people notice nothing, and the old keys can be taken out."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from bot.app import open_store
from bot.instance import AnotherInstance
from bot.rotation import reindex_database, reseal_database
from bot.settings import Settings
from storage.keys.canaries import WrongKeys
from tests.builders import some_settings
from tests.chat.actions import MARIA, MENU, STAFF_CODE, account_of, book, choose, say, settle_in
from tests.chat.person import Person
from tests.chat.town import Town

CODE, PHONE = "580213", "+79161234567"
OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"k", b"n"))
OLD_SECRET, OLD_INDEX = f"test:{OLD}", OLD


def settings_with(town: Town, **keys: str) -> Settings:
    given = {"bot_api_url": town.settings.bot_api_url, "database_url": town.settings.database_url.get_secret_value()}
    return some_settings(**given, **keys)


async def restarted(town: Town, **keys: str) -> Settings:
    """Start the bot anew with these keys."""
    town.settings = settings_with(town, **keys)
    await town.restart()
    return town.settings


async def set_code(person: Person) -> None:
    await say(person, "/data")
    await choose(person, "Код доступа", "Поставить код")
    await say(person, CODE)
    await say(person, CODE)


async def sees_everything(town: Town) -> None:
    """The mother opens her account by its code and sees her child, her telephone and her visit, the registrar a day."""
    await town.pass_time(minutes=16)
    await say(town.registrar, "/start")
    assert "Приёмы сегодня" in (await say(town.registrar, STAFF_CODE)).labels
    assert MENU in (await say(town.mother, CODE)).labels
    assert "Мария И." in str(await say(town.mother, "/children"))
    assert "Мария И." in str(await say(town.mother, "/visits"))
    account = await account_of(town, town.mother)
    assert await town.app.store.storage.read(lambda view: view.contacts.find_owner(PHONE)) == account.id


async def test_all_keys_are_replaced_while_people_go_on(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    account = await account_of(town, town.mother)
    await town.app.store.storage.write(lambda uow: uow.contacts.set_phone(account.id, PHONE))
    await set_code(town.mother)
    await replace_secret_key(town)
    await replace_index_key(town)
    await choose(town.mother, MENU, "Добавить ребёнка", "Номер полиса")
    assert "Мария" in str(await say(town.mother, MARIA.policy_number))


async def replace_secret_key(town: Town) -> None:
    """The bot starts with the new key first, runs while all is encrypted anew, and starts without the old one."""
    both = await restarted(town, secret_keys=f"new:{NEW},{OLD_SECRET}", index_key=OLD_INDEX)
    told = await reseal_database(both, town.clock)
    assert "Nothing needs the key «test» of SECRET_KEYS any more" in told
    assert "A backup made before 20" in told
    await sees_everything(town)
    await restarted(town, secret_keys=f"new:{NEW}", index_key=OLD_INDEX)
    await sees_everything(town)


async def replace_index_key(town: Town) -> None:
    """The bot is stopped meanwhile; the old key goes once the mother has typed her access code."""
    keys = {"secret_keys": f"new:{NEW}", "index_keys": f"new:{NEW},1:{OLD_INDEX}"}
    with pytest.raises(AnotherInstance):
        await reindex_database(settings_with(town, **keys), town.clock)
    await town.running.aclose()
    town.clock.advance(timedelta(minutes=1))
    told = await reindex_database(settings_with(town, **keys), town.clock)
    assert "he key «1» of INDEX_KEYS must stay" in told
    assert "2 access codes" in told
    await restarted(town, **keys)
    alone = {"secret_keys": f"new:{NEW}", "index_keys": f"new:{NEW}"}
    with pytest.raises(WrongKeys, match="«1», which still finds pins"):
        async with open_store(settings_with(town, **alone)):
            pass
    await sees_everything(town)
    await restarted(town, **alone)
    await sees_everything(town)


async def test_reseal_waits_for_a_bot_that_knows_the_new_key(town: Town) -> None:
    """What it encrypted could not be read by the bot that runs."""
    await settle_in(town.mother, MARIA)
    both = settings_with(town, secret_keys=f"new:{NEW},{OLD_SECRET}", index_key=OLD_INDEX)
    with pytest.raises(WrongKeys, match="does not encrypt with the key «new» yet"):
        await reseal_database(both, town.clock)
    assert "Мария И." in str(await say(town.mother, "/children"))
