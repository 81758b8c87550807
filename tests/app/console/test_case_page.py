"""A case: its original texts, hidden contacts, facts, evidence and history."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from app.installation import Installation
from models.tables import Account, Assessment, Capture, Case, CasePost, CustodyEntry, Post, PostContact, PostVersion

TELEPHONE = "080-000-0117"


def case_of(installation: Installation, key: str) -> tuple[int, int]:
    """The case and post of a sample."""
    with installation.database.reading() as session:
        row = session.execute(
            select(CasePost.case_id, Post.id)
            .join(Post, Post.id == CasePost.post_id)
            .where(Post.url.endswith(f"/{key}"))
        ).one()
    return row[0], row[1]


def custody(installation: Installation, action: str) -> list[CustodyEntry]:
    with installation.database.reading() as session:
        return list(session.scalars(select(CustodyEntry).where(CustodyEntry.action == action)))


def article(page: str, post_id: int) -> str:
    found = re.search(rf'<article [^>]*id="post-{post_id}".*?</article>', page, re.DOTALL)
    assert found
    return found[0]


def test_reasons_sum_up_to_the_priority(reader: Any, filled: Installation) -> None:
    case_id, _ = case_of(filled, "16")
    page = reader.get(f"/cases/{case_id}").text
    table = re.search(r'<table class="sum">.*?</table>', page, re.DOTALL)
    assert table
    points = [float(p.replace("−", "-")) for p in re.findall(r'<td class="n">([+−][\d.]+)</td>', table[0])]
    total = re.search(r"<b>([\d.]+)</b>", table[0])
    assert total
    assert len(points) >= 6
    assert round(sum(points), 1) == float(total[1])


def test_original_text_with_its_cues_and_their_meaning(reader: Any, filled: Installation) -> None:
    case_id, post_id = case_of(filled, "16")
    post = article(reader.get(f"/cases/{case_id}").text, post_id)
    assert re.search(r'<div class="original" lang="th" dir="auto">', post)
    assert re.search(
        r'<mark class="cue animal" title="about 20 days old">อายุประมาณ 20 วัน<span class="gloss" lang="en" dir="ltr">'
        r"about 20 days old</span></mark>",
        post,
    )
    assert re.search(r"</span>Price</dt><dd><ul><li><span lang=\"th\">ตัวละ 2,500</span>", post), "and in the list"
    text = re.search(r'<div class="original"[^>]*>(.*?)</div>', post, re.DOTALL)
    assert text
    plain = re.sub(r"<[^>]+>", "", re.sub(r'<span class="gloss".*?</span>', "", text[1]))
    with filled.database.reading() as session:
        original = session.scalars(select(PostVersion.text).where(PostVersion.post_id == post_id)).first()
    assert plain == (original or "").replace("โทร 080-000-0117", "•••")


def test_facts_price_date_and_estimate(reader: Any, filled: Installation) -> None:
    case_id, _ = case_of(filled, "16")
    words = reader.get(f"/cases/{case_id}").words
    assert "Animal Asian small-clawed otter (Aonyx cinereus)" in words
    assert "Eyes Closed: unweaned" in words
    assert "Age newborn, under 6 weeks" in words
    assert "Price as shown ฿2,500 Price as understood 2,500 THB" in words
    assert re.search(r"Date the site states \d{4}-\d\d-\d\d \d\d:\d\d UTC", words)
    assert "very likely an offer (83 %)" in words
    assert "For an offer price for each animal 1.9" in words
    assert "Against an offer bottle-feeding is also told by keepers 0.3" in words
    case_id, _ = case_of(filled, "111")
    assert "First seen (the site states no date)" in reader.get(f"/cases/{case_id}").words


def test_links_in_words(reader: Any, filled: Installation) -> None:
    case_id, _ = case_of(filled, "16")
    words = reader.get(f"/cases/{case_id}").words
    assert "Same seller account and same telephone number : post" in words
    case_id, _ = case_of(filled, "87")
    assert "Same WeChat name : post" in reader.get(f"/cases/{case_id}").words


def test_earlier_versions(reader: Any, filled: Installation) -> None:
    case_id, _ = case_of(filled, "16")
    words = reader.get(f"/cases/{case_id}").words
    assert "1 earlier version" in words
    assert re.search(r"UTC other price .*฿3,000", words)


def test_the_original_address_is_a_link_that_tells_nobody(reader: Any, filled: Installation) -> None:
    case_id, _ = case_of(filled, "16")
    page = reader.get(f"/cases/{case_id}").text
    assert (
        '<a href="https://market.example/listing/16" rel="noreferrer noopener nofollow" target="_blank">'
        "https://market.example/listing/16</a>" in page
    )
    assert "Opens the original site" in page


def test_names_and_contacts_are_hidden_until_unmasked(mai: Any, installation: Installation) -> None:
    case_id, post_id = case_of(installation, "16")
    page = mai.get(f"/cases/{case_id}")
    assert TELEPHONE not in page.text
    assert "+66800000117" not in page.text
    assert "Baan Khon Fu" not in page.text
    assert "Numbers that the reader did not recognise may still stand in the text." in page.words
    assert not custody(installation, "unmasked")

    shown = mai.post(f"/cases/{case_id}/posts/{post_id}/unmask", comment="half a thought", expected="1")
    assert shown.status == 200
    post = article(shown.text, post_id)
    assert TELEPHONE in post
    assert "+66800000117" in post
    with installation.database.reading() as session:
        account = session.scalars(
            select(Account).join(Post, Post.account_id == Account.id).where(Post.id == post_id)
        ).one()
    assert installation.keyring.decrypt(account.name_encrypted) in post
    assert shown.text.count(TELEPHONE) == post.count(TELEPHONE), "the other posts of the case stay hidden"
    assert "half a thought" in shown.text, "what was typed stays"
    entry = custody(installation, "unmasked")
    assert [(e.actor, e.subject, e.details) for e in entry] == [("user:1", f"post:{post_id}", {"case": case_id})]
    assert TELEPHONE not in mai.get(f"/cases/{case_id}").text, "hidden again on the next page"


def test_unmasking_needs_the_right_case(mai: Any, installation: Installation) -> None:
    case_id, _ = case_of(installation, "16")
    _, other = case_of(installation, "111")
    assert mai.post(f"/cases/{case_id}/posts/{other}/unmask").status == 404
    assert mai.post(f"/cases/{case_id}/posts/99999/unmask").status == 404
    assert not custody(installation, "unmasked")
    answer = mai.get(f"/cases/{case_id}/posts/{other}/unmask")
    assert (answer.status, answer.location) == (303, f"/cases/{case_id}"), "an address alone shows nothing"


def test_contacts_in_reasons_and_old_versions_are_hidden_too(mai: Any, installation: Installation) -> None:
    case_id, post_id = case_of(installation, "16")
    with installation.database.writing() as session:
        ids = session.scalars(
            select(PostVersion.id).where(PostVersion.post_id == post_id).order_by(PostVersion.id)
        ).all()
        session.execute(
            update(Assessment)
            .where(Assessment.version_id == ids[-1])
            .values(reasons=[{"text": "gives โทร 080-000-0117", "weight": 1.0, "side": "for"}])
        )
        session.delete(session.scalars(select(Assessment).where(Assessment.version_id == ids[0])).one())
        session.execute(
            update(PostVersion)
            .where(PostVersion.id == ids[0])
            .values(text="before: โทร 080-000-0117, LINE nn7 080-000-0199")
        )
    page = mai.get(f"/cases/{case_id}").text
    assert TELEPHONE not in page
    assert "080-000-0199" not in page


def capture_of(installation: Installation, post_id: int) -> Capture:
    with installation.database.reading() as session:
        return session.scalars(
            select(Capture)
            .join(PostVersion, PostVersion.capture_id == Capture.id)
            .where(PostVersion.post_id == post_id)
            .order_by(PostVersion.number.desc())
        ).first()  # type: ignore[return-value]


def test_checking_a_capture(mai: Any, installation: Installation) -> None:
    case_id, post_id = case_of(installation, "16")
    capture = capture_of(installation, post_id)
    page = mai.get(f"/cases/{case_id}").words
    assert capture.warc_sha256 in page
    assert capture.payload_sha256 in page
    answer = mai.post(f"/cases/{case_id}/captures/{capture.id}/check")
    assert "Intact: file and page have the SHA-256 recorded at capture. Checked" in answer.words
    entry = custody(installation, "checked")[0]
    assert (entry.subject, entry.details) == (f"capture:{capture.id}", {"intact": True})

    file = installation.store.path(capture.warc_sha256)
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(b"otter", b"other") + b"x")
    answer = mai.post(f"/cases/{case_id}/captures/{capture.id}/check")
    assert "The stored file was altered after capture" in answer.words
    assert 'role="alert"' in answer.text
    assert custody(installation, "checked")[1].details == {"intact": False}
    file.unlink()
    assert "missing" in mai.post(f"/cases/{case_id}/captures/{capture.id}/check").words


def test_a_capture_of_another_case_is_not_found(mai: Any, installation: Installation) -> None:
    case_id, _ = case_of(installation, "16")
    capture = capture_of(installation, case_of(installation, "111")[1])
    assert mai.post(f"/cases/{case_id}/captures/{capture.id}/check").status == 404


@pytest.mark.parametrize("number", ["9999", "0", "-1", "x", "9" * 30, "1.5", "%00"])
def test_cases_that_do_not_exist(reader: Any, number: str) -> None:
    answer = reader.get(f"/cases/{number}")
    assert answer.status == 404
    assert "There is no" in answer.words


def test_a_post_not_assessed_yet_and_without_capture(mai: Any, installation: Installation) -> None:
    case_id, post_id = case_of(installation, "111")
    with installation.database.writing() as session:
        version = session.scalars(select(PostVersion).where(PostVersion.post_id == post_id)).one()
        version.capture_id, version.title = None, ""
        session.delete(session.scalars(select(Assessment).where(Assessment.version_id == version.id)).one())
        for row in session.scalars(select(PostContact).where(PostContact.post_id == post_id)):
            session.delete(row)
        session.execute(update(Post).where(Post.id == post_id).values(account_id=None))
    words = mai.get(f"/cases/{case_id}").words
    assert "Not assessed yet" in words
    assert "There is no capture of this version." in words
    assert "Seller not named" in words


def test_a_case_of_many_posts_shows_twenty_and_all_when_asked(mai: Any, installation: Installation) -> None:
    case_id, _ = case_of(installation, "16")
    with installation.database.writing() as session:
        post = session.get_one(Post, 1)
        for number in range(25):
            copy = Post(
                source_id=post.source_id, url=f"https://market.example/copy/{number}", account_id=post.account_id,
                first_seen=post.first_seen, last_seen=post.last_seen,
            )  # fmt: skip
            session.add(copy)
            session.flush()
            session.add(
                PostVersion(
                    post_id=copy.id,
                    number=1,
                    seen_at=post.first_seen,
                    title=f"copy {number}",
                    text="x",
                    content_sha256="0" * 64,
                )
            )
            session.add(CasePost(post_id=copy.id, case_id=case_id, added_at=post.first_seen))
    page = mai.get(f"/cases/{case_id}")
    assert page.text.count("<article") == 20
    assert "Show all 28 posts" in page.words
    assert mai.get(f"/cases/{case_id}?posts=all").text.count("<article") == 28


def test_neighbours_in_the_queue(reader: Any, filled: Installation) -> None:
    with filled.database.reading() as session:
        ids = session.scalars(
            select(Case.id).where(Case.status == "open").order_by(Case.priority.desc(), Case.id)
        ).all()
    page = reader.get(f"/cases/{ids[1]}").text
    assert f'href="/cases/{ids[0]}" rel="prev" data-key="k"' in page
    assert f'href="/cases/{ids[2]}" rel="next" data-key="j"' in page
    assert 'rel="prev"' not in reader.get(f"/cases/{ids[0]}").text
    assert 'rel="next"' not in reader.get(f"/cases/{ids[-1]}").text


def test_contacts_in_place_price_and_beside_other_cues_are_hidden_too(mai: Any, installation: Installation) -> None:
    case_id, post_id = case_of(installation, "16")
    with installation.database.writing() as session:
        version = session.scalars(select(PostVersion).where(PostVersion.post_id == post_id)).all()[-1]
        version.place, version.price_text = f"Bangkok {TELEPHONE}", "ask otterking, 0812-0000-0124"
        version.text = "send by train to otterking"
        facts = session.scalars(select(Assessment).where(Assessment.version_id == version.id)).one()
        cues = [
            {"field": "text", "kind": "delivery", "start": 0, "end": 26, "gloss": "by train"},
            {"field": "text", "kind": "contact", "start": 17, "end": 26, "gloss": "a name"},
        ]
        facts.facts = {**facts.facts, "cues": cues}
    page = mai.get(f"/cases/{case_id}").text
    for secret in (TELEPHONE, "0812-0000-0124", "otterking"):
        assert secret not in article(page, post_id), secret
    page = mai.post(f"/cases/{case_id}/posts/{post_id}/unmask").text
    for secret in (TELEPHONE, "0812-0000-0124", "send by train to otterking"):
        assert secret in article(page, post_id), secret


def test_of_a_text_of_millions_of_characters_the_beginning_is_shown(mai: Any, installation: Installation) -> None:
    case_id, post_id = case_of(installation, "16")
    length = 5_000_000
    text = ("<b>otter</b> " * 2000)[: 20_000 - 8] + TELEPHONE + "x" * (length - 20_000 - 3)
    with installation.database.writing() as session:
        session.execute(update(PostVersion).where(PostVersion.post_id == post_id).values(text=text, title=""))
    answer = mai.get(f"/cases/{case_id}")
    assert len(answer.text) < 500_000
    assert "The text goes on for 4,980,0" in article(answer.text, post_id)
    assert TELEPHONE[:7] not in answer.text, "a number that is cut is left out"
