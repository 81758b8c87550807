"""The analyst's console: the queue, the cases with their evidence, the trend, in a browser and in plain English."""
