-- One row in marts.touched_day per UTC day of updated_at in fact_mastery, whenever a statement changes drivemaster.knowledge_states: by it
-- the rollup knows that the summaries are behind.

create trigger touch_mastery_insert after insert on drivemaster.knowledge_states
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_mastery', 'updated_at');
create trigger touch_mastery_update after update on drivemaster.knowledge_states
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_mastery', 'updated_at');
create trigger touch_mastery_delete after delete on drivemaster.knowledge_states
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_mastery', 'updated_at');
create trigger touch_mastery_truncate before truncate on drivemaster.knowledge_states
    for each statement execute function marts.touch_days('fact_mastery', 'updated_at');
