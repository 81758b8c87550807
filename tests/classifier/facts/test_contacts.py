"""Contacts, plain and disguised; all numbers and names are invented."""

import pytest

from classifier.facts.contacts import find_contacts


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("WA 0812-0000-0123", "id", ["whatsapp:+6281200000123"]),
        ("wa.me/6281200000123", "id", ["whatsapp:+6281200000123"]),
        ("nol delapan satu dua nol nol nol nol nol satu dua tiga", "id", ["+6281200000123"]),
        ("0 8 1 2 0 0 0 0 0 1 2 3", "id", ["+6281200000123"]),
        ("hub 0812.0000.0123 (WA)", "id", ["whatsapp:+6281200000123"]),
        ("wasap 012-000 0147", "ms", ["whatsapp:+60120000147"]),
        ("call +60 12 000 0147", "ms", ["+60120000147"]),
        ("โทร 080-000-0114", "th", ["+66800000114"]),
        ("ศูนย์แปดศูนย์ ศูนย์ศูนย์ศูนย์ ศูนย์หนึ่งสามห้า", "th", ["+66800000135"]),
        ("ไลน์ ot1", "th", ["line:ot1"]),
        ("zalo 0900 000 233", "vi", ["zalo:+84900000233"]),
        ("khong chin khong khong khong khong khong ba bon nam", "vi", ["+84900000345"]),
        ("ទាក់ទង 012 000 146", "km", ["+85512000146"]),
        ("tele @7phesaart", "km", ["telegram:7phesaart"]),
        ("☎090-0000-0217", "ja", ["+819000000217"]),
        ("ライン otr で検索", "ja", ["line:otr"]),
        ("微信：9shuita_shop", "zh", ["wechat:9shuita_shop"]),
        ("电话13000000377", "zh", ["+8613000000377"]),
        ("viber 0917 000 0402", "tl", ["viber:+639170000402"]),
        ("ig: otter..cub..ph", "tl", ["instagram:otter..cub..ph"]),
        ("text 202-555-0142", "en", ["+12025550142"]),
        ("mail me: Pups@example.com", "en", ["email:pups@example.com"]),
        ("DM @river..pups..x", "en", ["instagram:river..pups..x"]),
        ("t.me/7riverpups", "en", ["telegram:7riverpups"]),
        ("@7pups", "en", ["telegram:7pups"]),
    ],
)
def test_contacts(text: str, language: str, expected: list[str]) -> None:
    assert [contact.value for contact in find_contacts(text, language)] == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("harga 1.200.000 - 1.500.000", "id"),
        ("PM only, line up here", "en"),
        ("@120rb", "id"),
        ("5,000-6,000 บาท", "th"),
        ("wa saja gan", "id"),
    ],
)
def test_what_is_no_contact(text: str, language: str) -> None:
    assert find_contacts(text, language) == []


def test_a_bare_name_is_of_the_place_where_it_stands() -> None:
    (contact,) = find_contacts("order @riverpups", "en", channel="telegram")
    assert contact.value == "telegram:riverpups"


def test_offsets_are_of_the_original() -> None:
    text = "🦦 WA ０８１２ 0000 0123"
    (contact,) = find_contacts(text, "id")
    assert text[contact.start : contact.end] == "０８１２ 0000 0123"
