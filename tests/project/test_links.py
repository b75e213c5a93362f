"""No button holds what a person has typed: its data stand in the chat and in Telegram, unsealed."""

from __future__ import annotations

from dialogs import FLOWS

WITH_TEXT = {
    "SetLanguage": "the code of a language",
    "EnterCode": "the data of another button",
    "ForgetCode": "the data of another button",
    "ForgottenCode": "the data of another button",
    "DeskFound": "read from buttons of earlier releases, in no new one",
}


def test_only_named_links_have_a_field_of_free_text() -> None:
    found = {
        link.__name__
        for flow in FLOWS
        for link, _draw in flow.presses.values()
        if any(field.annotation is str for field in link.model_fields.values())
    }
    assert found == set(WITH_TEXT), "a typed text stands in Visitor.noted, not in a button"
