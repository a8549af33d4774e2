-- One row per learner who has answers on the UTC days of the batch, or had when they were last computed: what is known of their items and skills is due.
-- Run it before the stored rows of these days are cleared.
-- name: touch_learners(platform)!
insert into marts.touched_learner (platform, learner_id)
select cast(:platform as text), f.learner_id
from batch_attempt as f
where f.learner_id is not null
union
select s.platform, s.learner_id
from marts.learner_attempt_day as s
join batch_day as d on d.time_zone = s.time_zone and d.day = s.day
where s.platform = cast(:platform as text) and s.time_zone = 'UTC' and not s.is_erased
