-- One row in marts.touched_day per UTC day of answered_at in fact_activity, fact_attempt, whenever a statement changes video.question_attempts.

create trigger touch_activity_insert after insert on video.question_attempts
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'answered_at');
create trigger touch_activity_update_old after update on video.question_attempts
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'answered_at');
create trigger touch_activity_update_new after update on video.question_attempts
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'answered_at');
create trigger touch_activity_delete after delete on video.question_attempts
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'answered_at');
create trigger touch_activity_truncate before truncate on video.question_attempts
    for each statement execute function marts.touch_days('fact_activity', 'answered_at');
create trigger touch_attempt_insert after insert on video.question_attempts
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_attempt', 'answered_at');
create trigger touch_attempt_update_old after update on video.question_attempts
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_attempt', 'answered_at');
create trigger touch_attempt_update_new after update on video.question_attempts
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_attempt', 'answered_at');
create trigger touch_attempt_delete after delete on video.question_attempts
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_attempt', 'answered_at');
create trigger touch_attempt_truncate before truncate on video.question_attempts
    for each statement execute function marts.touch_days('fact_attempt', 'answered_at');
