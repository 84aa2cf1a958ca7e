"""Vectors that point the same way are one cluster, in whatever order they come; each costs the same in any crowd."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import pytest

from bot.desk.clusters import Clusters


class Counted(dict[str, float]):
    """A vector that counts how often its weights are looked at."""

    looked = 0

    def __getitem__(self, key: str) -> float:
        self.looked += 1
        return super().__getitem__(key)


def vector(*features: str) -> Counted:
    return Counted(dict.fromkeys(features, 1 / math.sqrt(len(features) or 1)))


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 1, 0)])
def test_what_comes_between_two_clusters_makes_them_one_in_any_order(order: Sequence[int]) -> None:
    texts = (vector("a", "b", "c"), vector("a", "b", "c", "x", "y", "z"), vector("x", "y", "z", "c"))
    found = Clusters(0.45)
    places = [found.add(texts[number]) for number in order]
    assert len({found.place(place) for place in places}) == 1
    assert found.nearest(vector("q")) is None


def test_two_that_share_too_little_stay_two_however_many_like_each_come() -> None:
    found = Clusters(0.5)
    places = [found.add(vector(*some)) for some in ("abcd", "defg", "abcd", "defg")]
    assert places == [0, 1, 0, 1]
    assert found.add(vector(*"abcd"), alone=True) == 2
    assert found.add(vector()) == 3, "what says nothing is like nothing"


def test_a_cluster_that_began_late_is_found_among_many_that_share_its_features() -> None:
    found = Clusters(0.7)
    for number in range(200):
        found.add(vector(*"abcd", *(f"{number}.{part}" for part in range(6))))
    late = found.add(vector(*"abcd"))
    assert late == 200
    assert found.nearest(vector(*"abcd")) == late


def test_a_vector_costs_the_same_however_many_have_come() -> None:
    rng, features = random.Random(1), [f"f{number}" for number in range(100)]
    found, costs = Clusters(0.5), []
    for _ in range(8):
        some = [vector(*rng.sample(features, 12)) for _ in range(250)]
        for one in some:
            found.add(one)
        costs.append(sum(one.looked for one in some))
    assert costs[-1] < 1.1 * costs[5], costs
