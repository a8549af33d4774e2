-- One row per learner with a skill whose parameters differ from those its answers were replayed with, or are new or gone.
-- name: touch_retraced(platform)!
insert into marts.touched_learner (platform, learner_id)
select distinct s.platform, s.learner_id
from marts.learner_skill as s
join (
    select coalesce(now.skill_id, used.skill_id) as skill_id
    from batch_parameter as now
    full join (select * from marts.skill_parameter where platform = cast(:platform as text)) as used on used.skill_id = now.skill_id
    where (now.prior, now.learn, now.guess, now.slip, now.forget)
        is distinct from (used.prior, used.learn, used.guess, used.slip, used.forget)
) as changed on changed.skill_id = s.skill_id
where s.platform = cast(:platform as text) and not s.is_erased
