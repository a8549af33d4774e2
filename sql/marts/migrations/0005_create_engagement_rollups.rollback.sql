-- Takes away the rollups of engagement; one row per learner and local day is lost, and comes back from raw rows except in sealed ranges and of erased learners.

drop function marts.touch_tenant_days();
drop function marts.touch_role_days();
drop function marts.anonymise_learner(text, uuid);
drop table marts.session_day;
drop table marts.cohort_week;
drop table marts.activity_day;
drop table marts.learner_cohort;
drop table marts.learner_day;
drop function marts.is_learner(text);
