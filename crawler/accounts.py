"""Sellers: found through their pseudonym, their names encrypted."""

from collections.abc import Mapping

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from crawler.visits import Visit
from models.keys import Keyring
from models.tables import Account


def account_ids(
    session: Session, keyring: Keyring, source_id: int, source_key: str, visits: Mapping[str, Visit]
) -> dict[str, int]:
    """The account ids of the sellers of these visits by the post's address; new ones are written."""
    pseudonyms = {
        url: keyring.pseudonym("account", f"{source_key}:{visit.item.seller}")
        for url, visit in visits.items()
        if visit.item.seller
    }
    if not pseudonyms:
        return {}
    wanted = set(pseudonyms.values())
    known = select(Account).where(Account.source_id == source_id, Account.pseudonym.in_(wanted))
    ids = {account.pseudonym: account.id for account in session.scalars(known)}
    missing = {pseudonym: visits[url] for url, pseudonym in pseudonyms.items() if pseudonym not in ids}
    if missing:
        rows = [
            {
                "source_id": source_id,
                "pseudonym": pseudonym,
                "name_encrypted": keyring.encrypt(visit.item.seller),
                "first_seen": visit.seen_at,
            }
            for pseudonym, visit in missing.items()
        ]
        added = session.scalars(insert(Account).returning(Account.id, sort_by_parameter_order=True), rows)
        ids.update(zip(missing, added, strict=True))
    return {url: ids[pseudonym] for url, pseudonym in pseudonyms.items()}
