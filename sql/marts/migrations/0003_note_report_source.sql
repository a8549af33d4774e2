-- Report runs note which server their figures were read from: the primary, or a replica and how far it was behind.
-- One more argument is another function, so the one without it goes.

alter table marts.report_run add column read_from text;
comment on column marts.report_run.read_from is
    'Server the figures were read from: primary, or the replica and how far it was behind; empty when nothing was read';

drop function marts.finish_report_run(uuid, text, text, text, bigint, text);

create function marts.finish_report_run(
    run_id uuid, state text, verdict text default null, reason text default null,
    rows_read bigint default null, output_path text default null, read_from text default null
) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    update marts.report_run r
       set state = $2, verdict = $3, reason = $4, rows_read = $5, output_path = $6, read_from = $7, finished_at = clock_timestamp(),
           duration_ms = round(extract(epoch from clock_timestamp() - r.started_at) * 1000)
     where r.run_id = $1 and r.state = 'running' and $2 <> 'running';
    if not found then
        raise exception 'report run % is not running, or % is not a final state', $1, $2 using errcode = 'invalid_parameter_value';
    end if;
end
$$;
comment on function marts.finish_report_run(uuid, text, text, text, bigint, text, text) is
    'Closes a running report run with its final state, verdict, reason and source; a closed run is never changed again';

revoke execute on function marts.finish_report_run(uuid, text, text, text, bigint, text, text) from public;
grant execute on function marts.finish_report_run(uuid, text, text, text, bigint, text, text)
    to workbench_loader, workbench_reader, workbench_identified;
