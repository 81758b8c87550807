"""Text out of HTML: the line breaks a reader sees, the author's characters, and no stack to exhaust."""

import pytest
from lxml import html

from crawler.extract.text import clean, from_markup, fuller, fuller_title, visible_text

SEEN = [
    ("<div>one<br>two</div>", "one\ntwo"),
    ("<div>one<br><br>two</div>", "one\n\ntwo"),
    ("<div><p>one</p><p>two</p></div>", "one\n\ntwo"),
    ("<div><p>one<br>two</p>\n  <p>three</p></div>", "one\ntwo\n\nthree"),
    ("<div>\n   one\n   two  three\n</div>", "one two three"),
    ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
    ("<div><div>one</div><div><div>two</div></div></div>", "one\ntwo"),
    ("<pre>one\n  two</pre>", "one\n  two"),
    ("<div>a<b>b</b>c <i>d</i></div>", "abc d"),
    ("<div>one<script>var x</script><style>p{}</style> two<!-- no --> three</div>", "one two three"),
    ("<div>Tom &amp; Jerry &lt;3</div>", "Tom & Jerry <3"),
    ("<div>&lt;b&gt;not bold&lt;/b&gt;</div>", "<b>not bold</b>"),
    ("<div>one<br></div>", "one"),
    ("<div>นาก<br>ភេ</div>", "นาก\nភេ"),
    ("<div></div>", ""),
]


@pytest.mark.parametrize(("markup", "text"), SEEN)
def test_visible_text(markup: str, text: str) -> None:
    assert visible_text(html.fragment_fromstring(markup)) == text


def test_depth_does_not_matter() -> None:
    parser = html.HTMLParser(huge_tree=True)
    tree = html.document_fromstring("<div>" * 50_000 + "otter", parser=parser)
    assert len(visible_text(tree)) <= len("otter")


CLEAN = [
    ("  a\r\nb\rc \t\n", "a\nb\nc"),
    ("a\x00b\x07c", "abc"),
    ("\ud83d\udda6", "🖦"),
    ("x\ud83d!", "x\ufffd!"),
    ("a\u200bb", "a\u200bb"),
    ("ﬁ ½ Ａ", "ﬁ ½ Ａ"),
]


@pytest.mark.parametrize(("raw", "text"), CLEAN)
def test_clean(raw: str, text: str) -> None:
    assert clean(raw) == text
    clean(raw).encode()


MARKUP = [
    ("plain <3 text", "plain <3 text"),
    ("Tom &amp; Jerry", "Tom & Jerry"),
    ("AT&T and R&D", "AT&T and R&D"),
    ("<p>one</p><p>two<br/>three</p>", "one\n\ntwo\nthree"),
    ("a < b and c > d", "a < b and c > d"),
    ("one<br>two", "one\ntwo"),
]


@pytest.mark.parametrize(("value", "text"), MARKUP)
def test_values_of_structured_data(value: str, text: str) -> None:
    assert from_markup(value) == text


FULLER = [
    # structured, shown, the fuller one (None: two different texts)
    ("one two", "one\ntwo", "one\ntwo"),
    ("one\ntwo", "one two", "one\ntwo"),
    ("one two thr…", "one two three four", "one two three four"),
    ("one two...", "one\ntwo three", "one\ntwo three"),
    ("one two three", "one two", "one two three"),
    ("Tom &amp; Jerry", "Tom & Jerry", "Tom &amp; Jerry"),
    ("", "x", "x"),
    ("x", "", "x"),
    ("one", "two", None),
]


@pytest.mark.parametrize(("stated", "shown", "best"), FULLER)
def test_the_fuller_of_two_readings(stated: str, shown: str, best: str | None) -> None:
    assert fuller(stated, shown) == best


def test_titles() -> None:
    assert fuller_title("Otter pups | Site", "Otter pups") == "Otter pups"
    assert fuller_title("Otter pups, two of them", "Otter pups, tw…") == "Otter pups, two of them"
    assert fuller_title("Otter", "") == "Otter"
