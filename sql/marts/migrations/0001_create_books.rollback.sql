-- Takes away the books: one row per report run, load, seeded fact, audited act and sealed range is lost.

drop function marts.note_audit(text, jsonb);
drop function marts.finish_report_run(uuid, text, text, text, bigint, text);
drop function marts.begin_report_run(text, jsonb, text, date, date, timestamptz, text, text, jsonb, text, text);
drop function marts.touch_days();
drop table marts.audit;
drop table marts.load_run;
drop table marts.seed_fact;
drop table marts.report_run;
drop table marts.rollup_state;
drop table marts.sealed_range;
drop table marts.touched_day;
revoke usage on schema marts from workbench_loader, workbench_reader, workbench_identified;
