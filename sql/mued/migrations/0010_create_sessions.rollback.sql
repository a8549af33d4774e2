-- Removes sessions and interviews, what summarises them, and the reference of the dialogues to them.
drop function mued.refresh_summaries();
drop materialized view mued.interview_summary;
alter table mued.ai_dialogue_log drop constraint fk_ai_dialogue_session;
drop index mued.idx_ai_dialogue_session;
drop table mued.interview_answers;
drop table mued.interview_questions;
drop table mued.session_analyses;
drop table mued.sessions;
drop function mued.touch_session_days();
