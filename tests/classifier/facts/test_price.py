"""Asking prices as people write them, and sums that are none."""

import pytest

from classifier.facts.price import asking_price, displayed_price

ASKED = [
    # Indonesian
    ("harga 1,2jt nego", "id", 1_200_000, "IDR"),
    ("Rp1,5jt aja", "id", 1_500_000, "IDR"),
    ("850rb cod", "id", 850_000, "IDR"),
    ("anakan jinak 850 nego", "id", 850_000, "IDR"),
    ("mahar 1jt4", "id", 1_400_000, "IDR"),
    ("gopek aja gan", "id", 500_000, "IDR"),
    ("Rp 1.250.000", "id", 1_250_000, "IDR"),
    ("dulu 1,5jt skrg 1,2jt", "id", 1_200_000, "IDR"),
    ("DP 300rb, harga 900rb", "id", 900_000, "IDR"),
    ("900-1,2jt", "id", 900_000, "IDR"),
    # Malay
    ("RM650 seekor", "ms", 650, "MYR"),
    ("harga RM1,200 nego", "ms", 1200, "MYR"),
    ("1.2k rm", "ms", 1200, "MYR"),
    ("deposit RM100, harga RM700", "ms", 700, "MYR"),
    # Thai
    ("ตัวละ 2,500 บาท", "th", 2500, "THB"),
    ("ราคา ๒๕๐๐", "th", 2500, "THB"),
    ("25 พัน", "th", 25_000, "THB"),
    ("1.2 หมื่น", "th", 12_000, "THB"),
    ("ลดเหลือ 8,900 จาก 12,000", "th", 8900, "THB"),
    ("มัดจำ 1,000 ตัวละ 6,500", "th", 6500, "THB"),
    ("฿4500", "th", 4500, "THB"),
    ("ห้าพันห้า", "th", 5500, "THB"),
    # Vietnamese
    ("4 triệu 5", "vi", 4_500_000, "VND"),
    ("giá 4tr5", "vi", 4_500_000, "VND"),
    ("3củ", "vi", 3_000_000, "VND"),
    ("900k", "vi", 900_000, "VND"),
    ("2 triệu rưỡi một bé", "vi", 2_500_000, "VND"),
    ("cọc 500k, giá 3tr", "vi", 3_000_000, "VND"),
    ("5.500.000đ", "vi", 5_500_000, "VND"),
    # Khmer
    ("តម្លៃ 150$", "km", 150, "USD"),
    ("៥០ដុល្លារ", "km", 50, "USD"),
    ("៤០០០០០៛", "km", 400_000, "KHR"),
    ("ចុះថ្លៃពី 100$ មក 85$", "km", 85, "USD"),
    # Japanese
    ("12万円", "ja", 120_000, "JPY"),
    ("1,380,000円", "ja", 1_380_000, "JPY"),
    ("生体価格 58万", "ja", 580_000, "JPY"),
    ("予約金10万円、価格は80万円", "ja", 800_000, "JPY"),
    # Chinese
    ("1千8", "zh", 1800, "CNY"),
    ("1w2一只", "zh", 12_000, "CNY"),
    ("两万二", "zh", 22_000, "CNY"),
    ("9500不刀", "zh", 9500, "CNY"),
    ("定金500，一口价6800元", "zh", 6800, "CNY"),
    ("水獺兩隻，三萬八", "zh", 38_000, "TWD"),
    # Tagalog
    ("15k isa", "tl", 15_000, "PHP"),
    ("₱12,500 last price", "tl", 12_500, "PHP"),
    ("8,500 pesos nego", "tl", 8500, "PHP"),
    ("dp 2k, 10k lahat-lahat", "tl", 10_000, "PHP"),
    # English
    ("asking $1,500 obo", "en", 1500, "USD"),
    ("2.5k each", "en", 2500, "USD"),
    ("was £900, now £750", "en", 750, "GBP"),
    ("$200 deposit, $1200 total", "en", 1200, "USD"),
]


@pytest.mark.parametrize(("text", "language", "amount", "currency"), ASKED)
def test_asking_prices(text: str, language: str, amount: float, currency: str) -> None:
    price = asking_price(text, language)
    assert price is not None
    assert (price.amount, price.currency) == (amount, currency)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("dp 300rb dulu", "id"),  # deposit
        ("harga 35xx", "id"),  # masked
        ("umur 2 bulan, 3 ekor", "id"),  # age and count
        ("budget 1jt", "id"),  # a buyer's budget
        ("denda Rp100 juta", "id"),  # a fine
        ("tiket masuk RM30", "ms"),  # entry
        ("bajet RM500", "ms"),
        ("มัดจำ 1,000 บาท", "th"),
        ("ปรับ 500,000 บาท", "th"),
        ("งบ 5,000", "th"),
        ("cọc 500k giữ bé", "vi"),
        ("vé 90k", "vi"),
        ("phạt 15 triệu", "vi"),
        ("កក់ 20$", "km"),
        ("入場料 1500円", "ja"),
        ("予約金10万円", "ja"),
        ("定金2000", "zh"),
        ("门票120元", "zh"),
        ("budget 5k", "tl"),
        ("entrance 300 pesos", "tl"),
        ("fined $5000", "en"),
        ("pm for price", "en"),
        ("0812-0000-0123", "id"),  # a telephone number
        ("born 2024", "en"),
    ],
)
def test_sums_that_are_no_asking_price(text: str, language: str) -> None:
    assert asking_price(text, language) is None


def test_the_price_of_one_goes_before_the_price_of_a_pair() -> None:
    price = asking_price("sepasang 3jt, satuan 1,8jt", "id")
    assert price is not None
    assert price.amount == 1_800_000


def test_a_price_field_is_read_bare() -> None:
    price = displayed_price("2,500", "th", "TH")
    assert price is not None
    assert (price.amount, price.currency) == (2500, "THB")


def test_offsets_are_of_the_original() -> None:
    text = "🦦 harga １，２jt"
    price = asking_price(text, "id")
    assert price is not None
    assert text[price.start : price.end] == "１，２jt"
