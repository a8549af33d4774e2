-- Takes away the rollups of progress; one row per learner and item is lost, and comes back from raw rows except in sealed ranges and of erased learners; fits are lost.

drop function marts.keep_item_fit(jsonb);
drop function marts.keep_bkt_fit(jsonb);
drop table marts.item_fit;
drop table marts.bkt_fit;
drop table marts.skill_opportunity;
drop table marts.learner_skill;
drop table marts.item_response;
drop table marts.skill_parameter;
drop table marts.touched_learner;
drop table marts.learner_attempt_day;
drop table marts.attempt_day;

create or replace function marts.anonymise_learner(platform text, learner uuid) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    stand_in uuid := gen_random_uuid();
    days bigint;
begin
    update marts.learner_day as d set learner_id = stand_in, is_erased = true where d.platform = $1 and d.learner_id = $2;
    get diagnostics days = row_count;
    update marts.learner_cohort as c set learner_id = stand_in, is_erased = true where c.platform = $1 and c.learner_id = $2;
    update marts.learner_ai_day as a set learner_id = stand_in where a.platform = $1 and a.learner_id = $2;
    return days;
end
$$;

create or replace function marts.touch_tenant_days() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    execute format(
        'insert into marts.touched_day (platform, fact, day)
         select distinct d.platform, ''fact_activity'', d.day
         from old_rows as o
         join new_rows as n using (id)
         join marts.learner_day as d on d.tenant = o.%1$I
         where o.%1$I <> n.%1$I and d.platform = $1 and d.time_zone = ''UTC'' and not d.is_erased', tg_argv[0])
    using tg_table_schema::text;
    return null;
end
$$;
drop function marts.part_attempts(text, uuid);
