"""A text that tells a figure has one of the words without which nobody looks for it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.check.tellings import TELLINGS, Telling

PATTERNS = [
    pytest.param(telling, at, id=f"{number}-{telling.called}-{at}")
    for number, telling in enumerate(TELLINGS)
    for at in range(len(telling.patterns))
]


@pytest.mark.parametrize(("telling", "at"), PATTERNS)
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=list(HealthCheck), database=None)
def test_what_tells_a_figure_has_one_of_its_words(data, telling: Telling, at: int):
    pattern = telling.patterns[at]
    told = data.draw(st.from_regex(pattern.pattern))

    # what stands around may keep it from being found, and is drawn as well
    assert not pattern.search(told) or any(word in told for word in telling.words), told
