-- References of the RAG tables to accounts. provenance.content_id stays without one: it is polymorphic. Safe to re-run.

do $$
begin
    if not exists (select from pg_catalog.pg_constraint where conname = 'fk_ai_dialogue_user' and connamespace = 'mued'::regnamespace) then
        alter table mued.ai_dialogue_log add constraint fk_ai_dialogue_user
            foreign key (user_id) references mued.users (id) on delete cascade;
    end if;
    if not exists (select from pg_catalog.pg_constraint where conname = 'fk_provenance_acquired_by' and connamespace = 'mued'::regnamespace) then
        alter table mued.provenance add constraint fk_provenance_acquired_by
            foreign key (acquired_by) references mued.users (id) on delete set null;
    end if;
    if (select count(*) from pg_catalog.pg_constraint
        where conname in ('fk_ai_dialogue_user', 'fk_provenance_acquired_by')
            and connamespace = 'mued'::regnamespace and convalidated) <> 2 then
        raise exception 'the foreign keys of ai_dialogue_log and provenance were not created';
    end if;
end
$$;

comment on constraint fk_ai_dialogue_user on mued.ai_dialogue_log is 'The dialogues of an account go with it.';
comment on constraint fk_provenance_acquired_by on mued.provenance is 'Lineage outlives the account that obtained the content.';
