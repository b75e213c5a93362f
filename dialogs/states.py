"""The prompts: what the chat is in while a screen waits for typed text, a file or a contact."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup


class LinkingPrompts(StatesGroup):
    way = State()
    number = State()
    old_number = State()
    photo = State()
    facts = State()
    name_read = State()
    name = State()
    birth_date = State()
    sex = State()
    detail = State()
    correction = State()


class CardPrompts(StatesGroup):
    field = State()


class PinPrompts(StatesGroup):
    enter = State()
    forgotten = State()
    proof = State()
    new = State()
    again = State()


class ContactPrompts(StatesGroup):
    phone = State()
    email = State()
