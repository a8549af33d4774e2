-- Takes away the materialized views; they hold nothing that could not be computed again.
drop function drivemaster.refresh_summaries();
drop materialized view drivemaster.daily_practice;
drop materialized view drivemaster.content_performance;
drop materialized view drivemaster.concept_mastery;
