"""The schema.org description of an advert, as many marketplaces put it into their pages."""

import json

from app.demo.market import Advert


def product(advert: Advert, base: str) -> dict[str, object]:
    """A schema.org `Product` with its `Offer`; `base` is the site's address without a slash at the end."""
    post = advert.post
    url = base + post.path
    address = {"@type": "PostalAddress", "addressLocality": post.place, "addressCountry": post.country}
    offer: dict[str, object] = {
        "@type": "Offer",
        "url": url,
        "availability": "https://schema.org/InStock",
        "seller": {"@type": "Person", "name": advert.seller.name, "identifier": advert.seller.key},
        "availableAtOrFrom": {"@type": "Place", "name": post.place, "address": address},
        "areaServed": post.country,
    }
    if post.price is not None:
        offer["price"] = post.price
        offer["priceCurrency"] = post.currency
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": url,
        "sku": str(post.id),
        "name": post.title,
        "description": post.text,
        "inLanguage": post.lang,
        "category": post.category,
        "url": url,
        "datePosted": advert.posted.isoformat(),
        "dateModified": advert.modified.isoformat(),
        "offers": offer,
    }


def script(advert: Advert, base: str) -> str:
    """The description as text for a `<script type="application/ld+json">`, safe against a closing tag inside."""
    text = json.dumps(product(advert, base), ensure_ascii=False, indent=1)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
