"""Reads facts from a post: price, age, number of animals, contacts, species, eyes; each module stands alone."""
