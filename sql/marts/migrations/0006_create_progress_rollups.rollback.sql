-- Takes away the rollups of progress; one row per learner and item is lost, and comes back from raw rows except in sealed ranges and of erased learners; fits are lost.

drop function marts.keep_item_fit(jsonb);
drop function marts.keep_bkt_fit(jsonb);
drop table marts.item_fit;
drop table marts.bkt_fit;
drop table marts.skill_opportunity;
drop table marts.learner_skill;
drop table marts.item_response;
drop table marts.skill_parameter;
drop table marts.touched_learner;
drop table marts.learner_attempt_day;
drop table marts.attempt_day;
