-- One row per skill that has parameters of knowledge tracing.
-- name: parameters()
select skill_id, prior, learn, guess, slip, forget from batch_parameter order by skill_id
