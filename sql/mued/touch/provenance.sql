-- One row in marts.touched_day per UTC day of the answers that cite the changed rows, whenever a statement changes mued.provenance.
-- An update notes both the days it leaves and those it enters.

create trigger touch_citing_insert after insert on mued.provenance
    referencing new table as changed_rows for each statement execute function mued.touch_citing_days();
create trigger touch_citing_update_old after update on mued.provenance
    referencing old table as changed_rows for each statement execute function mued.touch_citing_days();
create trigger touch_citing_update_new after update on mued.provenance
    referencing new table as changed_rows for each statement execute function mued.touch_citing_days();
create trigger touch_citing_delete after delete on mued.provenance
    referencing old table as changed_rows for each statement execute function mued.touch_citing_days();
create trigger touch_citing_truncate before truncate on mued.provenance
    for each statement execute function mued.touch_citing_days();
