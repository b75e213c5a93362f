"""The people who use the bot."""

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class EmulatedPerson:
    """One Telegram account, and whether it has started or blocked the bot."""

    id: int
    first_name: str
    language_code: str = "ru"
    last_name: str | None = None
    username: str | None = None
    phone: str = ""
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    about: str = ""
    """who this is, for the chat page"""

    def __post_init__(self) -> None:
        if not self.phone:
            self.phone = f"+7916{self.id % 10_000_000:07d}"

    def names(self) -> dict[str, Any]:
        names = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {name: value for name, value in names.items() if value is not None}

    def as_user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, **self.names(), "language_code": self.language_code}

    def as_chat(self) -> dict[str, Any]:
        return {"id": self.id, **self.names(), "type": "private"}

    def fresh(self) -> "EmulatedPerson":
        """Return the same person before the first contact with the bot."""
        names = (self.first_name, self.language_code, self.last_name, self.username, self.phone)
        return EmulatedPerson(self.id, *names, about=self.about)


DEMO_PEOPLE = (
    EmulatedPerson(1001, "Анна", phone="+79161234567", about="мама"),
    EmulatedPerson(1002, "Игорь", phone="+79161234568", about="папа"),
    EmulatedPerson(1003, "Ольга", phone="+79161234569", about="регистратор"),
)
