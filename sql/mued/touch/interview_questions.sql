-- One row in marts.touched_day per UTC day of the sessions asked about, whenever a statement changes mued.interview_questions.
-- An update notes both the days it leaves and those it enters.

create trigger touch_session_insert after insert on mued.interview_questions
    referencing new table as changed_rows for each statement execute function mued.touch_session_days();
create trigger touch_session_update_old after update on mued.interview_questions
    referencing old table as changed_rows for each statement execute function mued.touch_session_days();
create trigger touch_session_update_new after update on mued.interview_questions
    referencing new table as changed_rows for each statement execute function mued.touch_session_days();
create trigger touch_session_delete after delete on mued.interview_questions
    referencing old table as changed_rows for each statement execute function mued.touch_session_days();
create trigger touch_session_truncate before truncate on mued.interview_questions
    for each statement execute function mued.touch_session_days();
