-- Takes away the rollups of AI answers; one row per local day, learner day and slot is lost, and comes back from raw rows except in sealed ranges.

drop table marts.slo_slice;
drop table marts.learner_ai_day;
drop table marts.ai_answer_latency_month;
drop table marts.ai_answer_latency;
drop table marts.ai_answer_month;
drop table marts.ai_answer_day;
drop function marts.sketch_bucket(double precision);
