"""The stages and the loop that drives them."""
