"""From sources to posts and captures: one operating-system process for each crawl run.

Imports `models` only. `crawler.runs.collect` is what the rest of the house calls.
"""
