-- One row per replayed learner and skill: the state after the last answer, and with which answer it was first mastered.
-- name: replayed_table()!
create temporary table batch_replayed (place bigint not null, log_odds double precision not null, mastered_with integer)
