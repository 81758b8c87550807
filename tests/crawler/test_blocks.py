"""Signs of a block, and ordinary pages that look a little like one."""

import pytest
from parsel import Selector

from crawler.blocks import block_on

LONG = "<p>Two tame otters, eyes open. " * 60
PAGES = [
    # markup, address, redirected?, what it is
    ("<title>x</title>", "/login?next=/p/1", True, "a login page"),
    ("<title>x</title>", "/accounts/login/", True, "a login page"),
    ("<title>x</title>", "/dang-nhap", True, "a login page"),
    ("<title>x</title>", "/login-otters-for-sale", True, ""),
    ("<title>x</title>", "/login", False, ""),
    ("<title>Sign in - Site</title><input type=password>", "/p/1", False, "a login page"),
    ("<h1>เข้าสู่ระบบ</h1><input type=password>", "/p/1", False, "a login page"),
    ("<h1>Otter</h1><input type=password>" + LONG, "/p/1", False, ""),
    ("<h1>Otter</h1>Please <a href=/login>log in</a> to see the contact", "/p/1", False, ""),
    ("<title>Just a moment...</title>", "/p/1", False, "a challenge or CAPTCHA"),
    ("<title>Attention Required! | Cloudflare</title>", "/p/1", False, "a challenge or CAPTCHA"),
    ("<div class='x g-recaptcha'></div>", "/p/1", False, "a challenge or CAPTCHA"),
    ("<iframe src='https://geo.captcha-delivery.com/'></iframe>", "/p/1", False, "a challenge or CAPTCHA"),
    ("<div class=h-captcha></div>" + LONG, "/p/1", False, ""),
    ("<h1>Otter</h1>" + LONG, "/p/1", False, ""),
    ("", "/p/1", False, ""),
]


@pytest.mark.parametrize(("markup", "path", "redirected", "sign"), PAGES)
def test_signs(markup: str, path: str, redirected: bool, sign: str) -> None:
    page = Selector(markup or "<html></html>")
    assert block_on(page, markup.encode(), f"https://example.org{path}", redirected=redirected) == sign
