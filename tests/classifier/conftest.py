"""The packaged model, loaded once for all tests of the classifier."""

import pytest

from classifier.assessment import Classifier


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return Classifier.load()
