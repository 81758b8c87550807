"""Signs that a site does not want us: a login page, a CAPTCHA, a challenge. They end a run, nothing gets round them."""

import re
from urllib.parse import urlsplit

from lxml import etree
from parsel import Selector

from crawler.extract.text import visible_text

_LOGIN_PATH = re.compile(r"/(?:log-?in|sign-?in|auth|sso|masuk|dang-nhap|accounts?/login|user/login)(?:[/.?]|$)", re.I)
_LOGIN_TITLE = re.compile(
    r"\b(?:log ?in|sign ?in|log masuk|masuk|mag-?log ?in|đăng nhập)\b|เข้าสู่ระบบ|ចូលគណនី|ログイン|登录|登入|登錄", re.I
)
_CHALLENGE_TITLE = re.compile(
    r"just a moment|attention required|are you (?:a )?(?:robot|human)|verify you are (?:a )?human|security check|"
    r"captcha|access denied|pardon our interruption|unusual traffic|ddos protection|checking your browser",
    re.I,
)
_CHALLENGE_WORDS = (b"captcha", b"turnstile", b"challenge")
_CHALLENGE = etree.XPath(
    ".//iframe[contains(@src,'recaptcha') or contains(@src,'hcaptcha') or contains(@src,'turnstile') or "
    "contains(@src,'captcha-delivery')] | "
    ".//*[contains(concat(' ',@class,' '),' g-recaptcha ') or contains(concat(' ',@class,' '),' h-captcha ') or "
    "contains(concat(' ',@class,' '),' cf-turnstile ') or @id='px-captcha' or @id='challenge-form' or "
    "@id='challenge-running'] | .//script[contains(@src,'/cdn-cgi/challenge-platform/')]"
)
_LITTLE_TEXT = 600
"""Characters below which a page with a CAPTCHA is nothing but the CAPTCHA."""


def block_on(page: Selector, body: bytes, address: str, *, redirected: bool) -> str:
    """Why a page is a block and not what was asked for, in words that follow "the site answers with"; else empty.

    A comment form with a CAPTCHA or a login link on an ordinary page is no block.
    """
    title = " ".join((page.root.findtext(".//title") or "").split())[:200]
    if _CHALLENGE_TITLE.search(title):
        return "a challenge or CAPTCHA"
    if redirected and _LOGIN_PATH.search(urlsplit(address).path):
        return "a login page"
    lower = body.lower()  # looking through the bytes first spares nearly every page the search through its tree
    asks = b"password" in lower and page.root.find(".//input[@type='password']") is not None
    if asks and _LOGIN_TITLE.search(title + " " + _heading(page)):
        return "a login page"
    if any(word in lower for word in _CHALLENGE_WORDS) and _CHALLENGE(page.root):
        return "a challenge or CAPTCHA" if len(visible_text(page.root)) < _LITTLE_TEXT else ""
    return ""


def _heading(page: Selector) -> str:
    heading = page.root.find(".//h1")
    return visible_text(heading)[:200] if heading is not None else ""
