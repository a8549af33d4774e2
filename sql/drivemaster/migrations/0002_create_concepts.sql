-- One row per concept of the theory, and one row per concept and prerequisite; neither parents nor prerequisites may form a circle.

create table drivemaster.concepts (
    id uuid primary key default gen_random_uuid(),
    key varchar(100) not null,
    name varchar(255) not null,
    description text,
    category text not null,
    parent_id uuid,
    difficulty double precision not null default 0,
    estimated_minutes integer,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint concepts_key_key unique (key),
    constraint concepts_parent_fkey foreign key (parent_id) references drivemaster.concepts (id),
    constraint concepts_not_own_parent check (parent_id <> id),
    constraint concepts_minutes_range check (estimated_minutes > 0)
);
create index idx_concepts_category on drivemaster.concepts (category) where is_active;
create index idx_concepts_parent on drivemaster.concepts (parent_id);

create table drivemaster.concept_prerequisites (
    concept_id uuid not null,
    prerequisite_id uuid not null,
    created_at timestamptz not null default now(),
    constraint concept_prerequisites_pkey primary key (concept_id, prerequisite_id),
    constraint concept_prerequisites_concept_fkey foreign key (concept_id) references drivemaster.concepts (id) on delete cascade,
    constraint concept_prerequisites_prerequisite_fkey foreign key (prerequisite_id) references drivemaster.concepts (id),
    constraint concept_prerequisites_not_itself check (concept_id <> prerequisite_id)
);
create index idx_concept_prerequisites_prerequisite on drivemaster.concept_prerequisites (prerequisite_id);

-- Two writers could each add half of a circle without seeing the other: they take one lock in turn.
create function drivemaster.refuse_circles() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('drivemaster.concepts', 0));
    if tg_table_name = 'concepts' then
        if new.parent_id is not null and exists (
            with recursive up (id) as (
                select new.parent_id
                union
                select parent.parent_id from up join drivemaster.concepts as parent on parent.id = up.id where parent.parent_id is not null
            )
            select from up where id = new.id
        ) then
            raise exception 'concept % would be among its own parents', new.key using errcode = 'check_violation';
        end if;
    elsif exists (
        with recursive needed (id) as (
            select new.prerequisite_id
            union
            select deeper.prerequisite_id from needed join drivemaster.concept_prerequisites as deeper on deeper.concept_id = needed.id
        )
        select from needed where id = new.concept_id
    ) then
        raise exception 'concept % would be its own prerequisite', new.concept_id using errcode = 'check_violation';
    end if;
    return new;
end
$$;
revoke execute on function drivemaster.refuse_circles() from public;
create trigger concepts_no_circle before insert or update of parent_id, id on drivemaster.concepts
    for each row when (new.parent_id is not null) execute function drivemaster.refuse_circles();
create trigger concept_prerequisites_no_circle before insert or update on drivemaster.concept_prerequisites
    for each row execute function drivemaster.refuse_circles();

grant select on drivemaster.concepts, drivemaster.concept_prerequisites to workbench_reader, workbench_identified;
grant select, insert, update, delete on drivemaster.concepts, drivemaster.concept_prerequisites to workbench_loader;

comment on function drivemaster.refuse_circles() is 'Refuses a parent or prerequisite that leads back to the concept itself';
comment on table drivemaster.concepts is 'Concepts of the driving theory in a hierarchy';
comment on column drivemaster.concepts.id is 'Key';
comment on column drivemaster.concepts.key is 'Stable short name';
comment on column drivemaster.concepts.name is 'Title';
comment on column drivemaster.concepts.description is 'What is to be known';
comment on column drivemaster.concepts.category is 'Area, for instance traffic_signs or road_rules';
comment on column drivemaster.concepts.parent_id is 'Concept of which this is a part';
comment on column drivemaster.concepts.difficulty is 'Calibrated difficulty on the ability scale';
comment on column drivemaster.concepts.estimated_minutes is 'Expected learning time in minutes';
comment on column drivemaster.concepts.is_active is 'Whether it is taught';
comment on column drivemaster.concepts.created_at is 'When it was added';
comment on column drivemaster.concepts.updated_at is 'When the row was last changed';
comment on table drivemaster.concept_prerequisites is 'What has to be known before a concept';
comment on column drivemaster.concept_prerequisites.concept_id is 'Concept to be learnt';
comment on column drivemaster.concept_prerequisites.prerequisite_id is 'Concept to be known before';
comment on column drivemaster.concept_prerequisites.created_at is 'When it was noted';
