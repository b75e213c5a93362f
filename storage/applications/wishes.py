"""What an application asks for, as its row stores it: plain codes for an enrollment, sealed words for a document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.applications.records import (
    ApplicationKind,
    DocumentWish,
    EnrollmentReason,
    EnrollmentWish,
    LastChange,
    Wished,
)
from bot.core.clinic_documents import DocumentAsks
from bot.glossary import DocumentId
from storage.database.connection import Row
from storage.database.crypto import Cipher, make_uid

TABLE, WISH = "applications", "sealed_wish"


def kind_of(wish: Wished) -> ApplicationKind:
    return ApplicationKind.DOCUMENT if isinstance(wish, DocumentWish) else ApplicationKind.ENROLLMENT


def topic_of(wish: Wished) -> int:
    """Return what the row is unique by among the open ones of a kind: the number of a document, else 0."""
    return wish.document if isinstance(wish, DocumentWish) else 0


def columns_of(cipher: Cipher, wish: Wished, uid: bytes | None = None) -> Mapping[str, object]:
    """Return the columns of a wish; ``uid`` is that of a row that is there already."""
    if isinstance(wish, EnrollmentWish):
        return {"reason": wish.reason, "last_change": wish.last_change, "uid": None, "wish": None}
    uid, words = uid or make_uid(), json.dumps(_words(wish), ensure_ascii=False)
    return {
        "reason": "",
        "last_change": "",
        "uid": uid,
        "wish": cipher.seal(TABLE, WISH, uid, words),
    }


def read_wish(cipher: Cipher, row: Row) -> Wished:
    """Raises CannotOpen if no key opens the words."""
    if row["sealed_wish"] is None:
        return EnrollmentWish(EnrollmentReason(row["reason"]), LastChange(row["last_change"]))
    words = json.loads(cipher.open(TABLE, WISH, row["uid"], row["sealed_wish"]))
    return _document(DocumentId(row["topic"]), words)


def wish_words(wish: Wished) -> dict[str, object]:
    """Return a wish of any kind as JSON has it; ``wish_in`` reads it again."""
    if isinstance(wish, EnrollmentWish):
        return {"reason": wish.reason, "last_change": wish.last_change}
    return {"document": wish.document, **_words(wish)}


def wish_in(words: Mapping[str, Any]) -> Wished:
    if "document" in words:
        return _document(DocumentId(words["document"]), words)
    return EnrollmentWish(EnrollmentReason(words["reason"]), LastChange(words["last_change"]))


def _document(number: DocumentId, words: Mapping[str, Any]) -> DocumentWish:
    return DocumentWish(
        number,
        words["name"],
        DocumentAsks(words["asks"]),
        words["said"],
        words["bring"],
        words["days"],
        words["valid_days"],
        words["is_file"],
    )


def _words(wish: DocumentWish) -> dict[str, object]:
    return {
        "name": wish.name,
        "asks": wish.asks,
        "said": wish.said,
        "bring": wish.bring,
        "days": wish.days,
        "valid_days": wish.valid_days,
        "is_file": wish.is_file,
    }
