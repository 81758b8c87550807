"""From assessments to cases, evidence, referrals and trends. Imports `models`."""
