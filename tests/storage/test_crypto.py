"""Tests of encryption: a sealed value opens only in its own row and column with its own key."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from storage.database.crypto import BlindIndex, CannotOpen, Cipher

OLD, NEW, OTHER = bytes(range(32)), bytes(range(1, 33)), bytes(range(2, 34))
UID = b"0123456789abcdef"
SECRET = "Мария Петрова, 7712345678901234"


def cipher(key: bytes = OLD, active: str = "k1") -> Cipher:
    return Cipher({active: key}, active)


@given(st.text(), st.binary(min_size=16, max_size=16))
def test_sealed_text_opens(text: str, uid: bytes) -> None:
    assert cipher().open("patients", "name", uid, cipher().seal("patients", "name", uid, text)) == text


def test_same_text_is_sealed_differently_each_time() -> None:
    assert cipher().seal("t", "c", UID, SECRET) != cipher().seal("t", "c", UID, SECRET)


def test_sealed_value_does_not_contain_text() -> None:
    sealed = cipher().seal("t", "c", UID, SECRET)
    assert SECRET.encode() not in sealed
    assert b"7712345678901234" not in sealed


@pytest.mark.parametrize(
    ("table", "column", "uid"), [("orders", "name", UID), ("patients", "policy", UID), ("patients", "name", bytes(16))]
)
def test_sealed_value_does_not_open_in_another_place(table: str, column: str, uid: bytes) -> None:
    sealed = cipher().seal("patients", "name", UID, SECRET)
    with pytest.raises(CannotOpen, match="moved"):
        cipher().open(table, column, uid, sealed)


@given(st.data())
def test_changed_sealed_value_does_not_open_nor_leak(data: st.DataObject) -> None:
    sealed = bytearray(cipher().seal("t", "c", UID, SECRET))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotOpen) as trouble:
        cipher().open("t", "c", UID, bytes(sealed))
    assert "Мария" not in str(trouble.value)
    assert trouble.value.__cause__ is None


@given(st.binary(max_size=40))
def test_random_bytes_do_not_open(noise: bytes) -> None:
    with pytest.raises(CannotOpen):
        cipher().open("t", "c", UID, noise)


def test_rotated_cipher_opens_old_values_and_seals_with_new_key() -> None:
    old = cipher().seal("t", "c", UID, SECRET)
    both = Cipher({"k1": OLD, "k2": NEW}, active="k2")
    new = both.seal("t", "c", UID, SECRET)
    assert both.open("t", "c", UID, old) == both.open("t", "c", UID, new) == SECRET
    with pytest.raises(CannotOpen, match="not at hand"):
        cipher().open("t", "c", UID, new)


def test_another_key_with_the_same_id_does_not_open() -> None:
    with pytest.raises(CannotOpen):
        cipher(OTHER).open("t", "c", UID, cipher(OLD).seal("t", "c", UID, SECRET))


def test_cipher_refuses_missing_or_short_key() -> None:
    with pytest.raises(ValueError, match="no encryption key 'k2'"):
        Cipher({"k1": OLD}, "k2")
    with pytest.raises(ValueError, match="32 bytes"):
        Cipher({"k1": OLD[:16]}, "k1")
    with pytest.raises(ValueError, match="id is up to 16"):
        Cipher({"ключ": OLD}, "ключ")


def test_blind_index_is_equal_for_equal_values_and_key() -> None:
    index = BlindIndex(OLD)
    assert index.of("policy", "1234") == BlindIndex(OLD).of("policy", "1234")
    assert len({index.of("policy", "1234"), index.of("phone", "1234"), BlindIndex(NEW).of("policy", "1234")}) == 3
    assert len(index.of("policy", "1234")) == 32


def test_blind_index_knows_older_keys_for_lookups() -> None:
    index = BlindIndex({"k2": NEW, "k1": OLD})
    assert index.of("pin", "1234") == BlindIndex(NEW).of("pin", "1234")
    assert index.all_of("pin", "1234") == (BlindIndex(NEW).of("pin", "1234"), BlindIndex(OLD).of("pin", "1234"))
    assert (index.ids, BlindIndex(OLD).ids) == (("k2", "k1"), ("1",))


def test_blind_index_refuses_no_key_and_short_keys() -> None:
    with pytest.raises(ValueError, match="no index key"):
        BlindIndex({})
    with pytest.raises(ValueError, match="32 bytes"):
        BlindIndex({"k2": NEW, "k1": OLD[:16]})
