-- One row per stored row of an account that is gone, or does not learn any more, without having been made anonymous.
-- name: clear_learner_cohort(platform, zone)!
delete from marts.learner_cohort as c
using batch_person as p
where c.time_zone = cast(:zone as text)
  and c.platform = cast(:platform as text)
  and c.learner_id = p.learner_id
  and not c.is_erased
  and not exists (select from batch_learner as l where l.learner_id = c.learner_id)
