-- Takes away the books of the data checks: one row per run and rule is lost, and with them what is known of their history.

revoke select (audit_id, occurred_at, action) on marts.audit from workbench_reader;
revoke select on marts.fact_source from workbench_reader, workbench_identified;
drop function marts.check_default_rows();
drop function marts.record_check_run(jsonb);
drop function marts.check_since();
drop function marts.check_as_of();
drop table marts.check_result;
drop table marts.check_run;
