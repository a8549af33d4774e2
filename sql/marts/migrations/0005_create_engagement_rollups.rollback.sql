-- Takes away the rollups of engagement; one row per learner and local day is lost, and comes back from raw rows except in sealed ranges and of erased learners.

drop table marts.session_day;
drop table marts.cohort_week;
drop table marts.activity_day;
drop table marts.learner_cohort;
drop table marts.learner_day;
drop function marts.is_learner(text);
