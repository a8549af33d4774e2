-- One row per learner of the platform with answers: all are due, because what is computed from them is defined anew.
-- name: touch_all_learners(platform)!
insert into marts.touched_learner (platform, learner_id)
select distinct platform, learner_id
from marts.learner_attempt_day
where platform = cast(:platform as text) and time_zone = 'UTC' and not is_erased
