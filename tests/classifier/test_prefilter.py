"""The prefilter keeps whatever may be an offer of otters and drops ordinary text, without loading heavy libraries."""

import subprocess
import sys

import pytest

from classifier.prefilter import may_concern_otters


@pytest.mark.parametrize(
    "text",
    [
        "Baby otter for sale",
        "anakan b3rang2 masih merem",
        "o t t e r ready",
        "b*rang umur 2 bln nego",
        "OTR 2 bulan, 850 nego",
        "two little swimmers, webbed feet, goat milk, pm",
        "🦦 45 days 2.5k",
        "rcvb 3 bé, 5 củ",
        "#babyottersforsale dm",
        "ลูกนากยังไม่ลืมตา",
        "น า ก 2 ตัว ทักแชท",
        "កូនភេ លក់",
        "カワ○ソ お譲りします",
        "水獭宝宝 私聊",
        "d u n g o n baby pm",
        "mata belum buka, masih dot, 800 nego cod",
    ],
)
def test_offers_survive(text: str) -> None:
    assert may_concern_otters(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Lottery results for tonight",
        "Harry Potter box set",
        "Kerajaan akan memerangi rasuah",
        "Baru berangkat dari seberang jalan",
        "ใช้จินตนาการในการพัฒนากลยุทธ์",
        "នេះជាប្រភេទថ្មី",
        "獭兔毛领外套",
        "iPhone 12 second, harga 4jt nego, cod bandung",
        "Bán chó poodle 2 tháng, 3 triệu, ib",
        "OtterBox case for iPhone, 200 pesos",
        "\ud800\x00\x1b",
    ],
)
def test_ordinary_text_is_dropped(text: str) -> None:
    assert not may_concern_otters(text)


@pytest.mark.parametrize("module", ["classifier.prefilter", "classifier.assessment", "classifier.lines"])
def test_importing_is_light(module: str) -> None:
    code = f"import sys, {module}; print(sorted({{'spacy', 'sklearn', 'lingua', 'scipy'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
