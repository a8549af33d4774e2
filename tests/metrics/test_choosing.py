"""What a learner is asked next: due reviews, concepts in turn, and the bandit's questions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import bandit
from workbench.metrics.choosing import ABREAST, Candidates, choose, distance


def candidates(mastery: list[float], overdue: list[float], questions: int = 4, **more: object) -> Candidates:
    """So many questions for each concept, of which nothing is known."""
    concept = np.repeat(np.arange(len(mastery)), questions)
    zeros = np.zeros(len(concept), dtype=np.int64)
    made = {"pulls": zeros, "rewards": zeros.astype(float), "seen": zeros} | more
    return Candidates(concept, made["pulls"], made["rewards"], made["seen"], np.array(mastery)[concept], np.array(overdue)[concept])


def thompson(seed: int = 1) -> bandit.Thompson:
    return bandit.Thompson(np.random.default_rng(seed))


nan = float("nan")


def test_reviews_come_first_and_leave_half_of_the_places_to_learning() -> None:
    given_ = candidates([0.99] * 6 + [0.5, nan], [9, 8, 7, 6, 5, 4, -1, nan])
    chosen = choose(given_, 8, thompson())
    assert [choice.reason for choice in chosen] == ["review"] * 4 + ["learn", "new"] * 2
    assert [int(given_.concept[choice.position]) for choice in chosen] == [0, 1, 2, 3, 6, 7, 6, 7]


def test_places_that_one_side_leaves_free_go_to_the_other() -> None:
    only_reviews = choose(candidates([0.99] * 6, [1.0] * 6), 8, thompson())
    assert [choice.reason for choice in only_reviews] == ["review"] * 6
    only_lessons = choose(candidates([0.5, nan], [-1, nan]), 8, thompson())
    assert [choice.reason for choice in only_lessons] == ["learn", "new"] * 4


def test_a_mastered_concept_rests_until_it_is_due() -> None:
    assert choose(candidates([0.99, 0.95], [-0.1, nan]), 5, thompson()) == []


def test_the_nearest_to_mastery_is_finished_first_and_few_are_learnt_abreast() -> None:
    given_ = candidates([0.2, 0.9, nan, 0.5, nan], [nan] * 5)
    chosen = choose(given_, 20, thompson())
    assert list(dict.fromkeys(int(given_.concept[choice.position]) for choice in chosen)) == [1, 3, 0]
    assert len(chosen) == ABREAST * 4


def test_a_due_concept_that_is_not_mastered_is_reviewed_and_learnt_on() -> None:
    chosen = choose(candidates([0.4], [2.0]), 10, thompson())
    assert [choice.reason for choice in chosen] == ["review", "learn", "learn", "learn"]


def test_questions_the_learner_had_less_often_come_first() -> None:
    chosen = choose(candidates([0.4], [nan], seen=np.array([2, 0, 1, 0])), 4, thompson())
    assert {choice.position for choice in chosen[:2]} == {1, 3}
    assert [choice.position for choice in chosen[2:]] == [2, 0]


@pytest.mark.parametrize("policy", [thompson(), bandit.UCB1()])
def test_of_well_known_questions_the_one_nearest_to_the_target_is_taken(policy: bandit.Policy) -> None:
    pulls = np.array([10_000] * 4)
    known = candidates([0.4], [nan], pulls=pulls, rewards=pulls * np.array([0.1, 0.5, 0.74, 0.99]))
    assert choose(known, 1, policy)[0].position == 2
    assert choose(known, 1, policy, target=0.5)[0].position == 1


def test_an_upper_bound_tries_what_is_unknown_before_what_is_known_to_be_far() -> None:
    arms = bandit.Arms(np.array([0, 10_000]), np.array([0.0, 9_990.0]))
    assert distance(bandit.UCB1(), arms, 0.75).tolist()[0] == 0 < distance(bandit.UCB1(), arms, 0.75)[1]


def test_a_bandit_finds_the_question_of_the_wanted_share() -> None:
    share, target, rng = np.array([0.2, 0.5, 0.75, 0.97]), 0.75, np.random.default_rng(3)
    arms, taken, policy = bandit.Arms.empty(4), np.zeros(4, int), thompson(5)
    for _ in range(1500):
        arm = int(np.argmin(distance(policy, arms, target)))
        arms.learn(arm, float(rng.random() < share[arm]))
        taken[arm] += 1
    assert taken[2] > 1000


probabilities = st.none() | st.floats(0, 1)
days = st.none() | st.floats(-50, 50)


@given(st.lists(st.tuples(probabilities, days), max_size=8), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_choices_are_different_few_enough_and_the_same_again(concepts: list[tuple], count: int, seed: int) -> None:
    mastery, overdue = ([nan if row[i] is None else row[i] for row in concepts] for i in (0, 1))
    given_ = candidates(mastery, overdue)
    chosen = choose(given_, count, thompson(seed))
    assert len({choice.position for choice in chosen}) == len(chosen) <= count
    assert chosen == choose(given_, count, thompson(seed))
    for choice in chosen:
        known, late = given_.mastery[choice.position], given_.overdue_days[choice.position]
        assert {"review": late >= 0, "learn": known < 0.95, "new": np.isnan(known)}[choice.reason]
