"""Recordings at rest say nothing without a key, and cannot be changed or swapped."""

from __future__ import annotations

from pathlib import Path

import pytest

from signaling.ids import ConsultationId, OrganisationId, new_ulid
from signaling.model import Side
from signaling.vault import BadKeyError, SealError, Segment, Vault, new_key, parse_keys

SAID = b"what the visitor said" * 1000
OLD, NEW = new_key("2025"), new_key("2026")


def segment(consultation: str, number: int = 0, side: Side = Side.VISITOR) -> Segment:
    return Segment(
        OrganisationId("01REGION"),
        ConsultationId(consultation),
        1,
        side,
        number,
        5000,
        5010,
        640,
        360,
    )


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path, parse_keys(OLD))


def test_what_is_written_is_read_and_stands_nowhere_in_the_clear(
    vault: Vault, tmp_path: Path
) -> None:
    one = segment(new_ulid())
    vault.write(one, SAID)

    assert vault.read(one) == SAID
    assert vault.size(one) == len(SAID)
    assert vault.segments(one.organisation, one.consultation) == [one]
    [file] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert b"visitor said" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "other",
    [segment("A", 1), segment("B"), segment("A", 0, Side.CONSULTANT)],
    ids=["number", "consultation", "side"],
)
def test_one_file_cannot_stand_in_for_another(vault: Vault, tmp_path: Path, other: Segment) -> None:
    vault.write(segment("A"), SAID)
    [file] = tmp_path.rglob("*.okno")
    content = file.read_bytes()
    vault.write(other, b"anything")
    [swapped] = set(tmp_path.rglob("*.okno")) - {file}
    swapped.write_bytes(content)

    with pytest.raises(SealError, match="changed"):
        vault.read(other)


def test_a_changed_byte_and_a_missing_file_are_noticed(vault: Vault, tmp_path: Path) -> None:
    one = segment("A")
    vault.write(one, SAID)
    [file] = [path for path in tmp_path.rglob("*") if path.is_file()]
    whole = file.read_bytes()
    for at in (0, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(SealError):
            vault.read(one)
    file.write_bytes(whole[:20])
    with pytest.raises(SealError):
        vault.read(one)
    file.unlink()
    with pytest.raises(SealError, match="not there"):
        vault.read(one)


def test_keys_are_changed_without_losing_what_the_old_one_sealed(
    vault: Vault, tmp_path: Path
) -> None:
    before, after = segment("A", 0), segment("A", 1)
    vault.write(before, SAID)

    both = Vault(tmp_path, parse_keys(f"{NEW}, {OLD}"))
    both.write(after, SAID)

    assert (both.read(before), both.read(after)) == (SAID, SAID)
    with pytest.raises(SealError, match=r"2026.*not set"):
        vault.read(after)


def test_what_is_removed_is_gone(vault: Vault, tmp_path: Path) -> None:
    one = segment("A")
    vault.write(one, SAID)

    assert vault.consultations(one.organisation) == ["A"]
    assert vault.set_aside(one.organisation, one.consultation)
    assert not vault.set_aside(one.organisation, one.consultation)
    assert vault.segments(one.organisation, one.consultation) == []
    assert vault.consultations(one.organisation) == []
    assert vault.aside(one.organisation) == ["A"]
    vault.put_back(one.organisation, one.consultation)
    assert vault.read(one) == SAID

    assert vault.set_aside(one.organisation, one.consultation)
    for _ in range(2):
        vault.erase(one.organisation, one.consultation)
    assert vault.aside(one.organisation) == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no key"),
        ("secret", "name of its own"),
        ("a:%%%", "not base64"),
        ("a:c2hvcnQ=", "has 5 bytes"),
        (f"{OLD},{OLD}", "name of its own"),
    ],
    ids=["empty", "no name", "no base64", "short", "twice"],
)
def test_a_bad_key_is_refused_and_not_repeated(text: str, reason: str) -> None:
    with pytest.raises(BadKeyError, match=reason) as caught:
        parse_keys(text)
    assert "c2hvcnQ" not in str(caught.value)


def test_an_id_is_no_path(vault: Vault) -> None:
    with pytest.raises(ValueError, match="no id"):
        vault.segments(OrganisationId(".."), ConsultationId("A"))
