"""Posts to assessments. The core is pure: text in, assessment out; only `classifier.stage` knows the database."""
