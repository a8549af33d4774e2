-- Takes away what it made: one row per configuration, job and call is lost.

drop table video.ai_usage;
drop table video.generated_questions;
drop table video.generation_jobs;
drop table video.ai_configurations;
