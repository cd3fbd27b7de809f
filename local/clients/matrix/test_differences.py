"""What is another value of JSON is found, wherever it stands."""

import pytest
from differences import GONE, between


@pytest.mark.parametrize(
    ("captured", "sent", "found"),
    [
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, {}),
        ({"a": 1}, {"a": True}, {"a": True}),
        ({"a": 1}, {"a": 1.0}, {"a": 1.0}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 3, "d": 4}}, {"a.b": GONE, "a.c": 3, "a.d": 4}),
        ({"a": [1, 2]}, {"a": [1, 3]}, {"a.1": 3}),
        ({"a": [1, 2]}, {"a": [2, 1, 3]}, {"a": [2, 1, 3]}),
        ({"a": None}, {}, {"a": GONE}),
        ({"a": []}, {"a": {}}, {"a": {}}),
    ],
)
def test_between(captured, sent, found):
    assert between(captured, sent) == found
