-- One row in marts.touched_day per UTC day of created_at in fact_ai_answer, and of created_at in fact_activity, whenever a statement changes mued.ai_dialogue_log.
-- An update notes both the days it leaves and those it enters.

create trigger touch_ai_answer_created_insert after insert on mued.ai_dialogue_log
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_ai_answer', 'created_at');
create trigger touch_ai_answer_created_update_old after update on mued.ai_dialogue_log
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_ai_answer', 'created_at');
create trigger touch_ai_answer_created_update_new after update on mued.ai_dialogue_log
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_ai_answer', 'created_at');
create trigger touch_ai_answer_created_delete after delete on mued.ai_dialogue_log
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_ai_answer', 'created_at');
create trigger touch_ai_answer_created_truncate before truncate on mued.ai_dialogue_log
    for each statement execute function marts.touch_days('fact_ai_answer', 'created_at');
create trigger touch_activity_created_insert after insert on mued.ai_dialogue_log
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'created_at');
create trigger touch_activity_created_update_old after update on mued.ai_dialogue_log
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'created_at');
create trigger touch_activity_created_update_new after update on mued.ai_dialogue_log
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'created_at');
create trigger touch_activity_created_delete after delete on mued.ai_dialogue_log
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'created_at');
create trigger touch_activity_created_truncate before truncate on mued.ai_dialogue_log
    for each statement execute function marts.touch_days('fact_activity', 'created_at');
