-- Row level security on every table: nothing is seen or written unless a policy says so.
-- The application acts as mued_app for the account named in the setting app.user_id. One row per person in mued.people.

-- Roles belong to the whole cluster: made by the login role, never dropped by a rollback.
set local role none;
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'mued_app') then
        create role mued_app nologin;
    end if;
exception when duplicate_object or unique_violation then
    null; -- another database of the cluster made it in the same moment
end
$$;
set local role workbench_owner;

grant usage on schema mued to mued_app;

-- Who acts. They read as the owner, so that policies on users cannot recurse; garbage in the setting is nobody.
create function mued.app_user() returns uuid
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    claimed text := current_setting('app.user_id', true);
begin
    if claimed is null or claimed !~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
        return null;
    end if;
    return (select id from mued.users where id = claimed::uuid and is_active and deleted_at is null);
end
$$;

create function mued.app_role() returns text
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$ select role from mued.users where id = mued.app_user() $$;

create function mued.is_admin() returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$ select coalesce(mued.app_role() = 'admin', false) $$;

create function mued.is_mentor_of(student uuid) returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(mued.app_role() = 'mentor', false) and (
        exists (select from mued.users where id = student and mentor_id = mued.app_user())
        or exists (
            select from mued.reservations as reservation
            join mued.lesson_slots as slot on slot.id = reservation.slot_id
            where reservation.student_id = student and reservation.status in ('booked', 'attended')
                and slot.mentor_id = mued.app_user()
        )
    )
$$;

create function mued.is_taught_by(mentor uuid) returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select exists (select from mued.users where id = mentor and role = 'mentor' and is_active) and (
        exists (select from mued.users where id = mued.app_user() and mentor_id = mentor)
        or exists (
            select from mued.reservations as reservation
            join mued.lesson_slots as slot on slot.id = reservation.slot_id
            where reservation.student_id = mued.app_user() and reservation.status in ('booked', 'attended')
                and slot.mentor_id = mentor
        )
    )
$$;

-- A policy cannot compare the new row with the old one; this reads the old one, so that nobody promotes themselves.
create function mued.keeps_standing(new_role text, new_mentor uuid, new_active boolean, new_deleted timestamptz) returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select from mued.users
        where id = mued.app_user() and role = new_role and mentor_id is not distinct from new_mentor
            and is_active = new_active and deleted_at is not distinct from new_deleted
    )
$$;

create function mued.keeps_assessment(metric uuid, new_score numeric, new_grade text, new_assessor uuid) returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select from mued.learning_metrics
        where id = metric and score is not distinct from new_score and grade is not distinct from new_grade
            and assessed_by is not distinct from new_assessor
    )
$$;

-- Whoever is given a material may read it: so nobody gives away what they may not read themselves.
create function mued.may_assign(material uuid) returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$ select exists (select from mued.materials where id = material and (is_public or created_by = mued.app_user())) $$;

revoke execute on function
    mued.app_user(), mued.app_role(), mued.is_admin(), mued.is_mentor_of(uuid), mued.is_taught_by(uuid),
    mued.keeps_standing(text, uuid, boolean, timestamptz), mued.keeps_assessment(uuid, numeric, text, uuid), mued.may_assign(uuid)
    from public;
grant execute on function
    mued.app_user(), mued.app_role(), mued.is_admin(), mued.is_mentor_of(uuid), mued.is_taught_by(uuid),
    mued.keeps_standing(text, uuid, boolean, timestamptz), mued.keeps_assessment(uuid, numeric, text, uuid), mued.may_assign(uuid)
    to mued_app;

comment on function mued.app_user() is 'Account in app.user_id when it exists and is active, else null.';
comment on function mued.app_role() is 'Role of the acting account.';
comment on function mued.is_admin() is 'Whether the acting account is an administrator.';
comment on function mued.is_mentor_of(uuid) is 'Whether the acting account is a mentor assigned to the student, or teaches them by a living booking.';
comment on function mued.is_taught_by(uuid) is 'Whether the given mentor is assigned to the acting account or teaches it.';
comment on function mued.keeps_standing(text, uuid, boolean, timestamptz) is 'Whether role, mentor and state are those the acting account already has.';
comment on function mued.keeps_assessment(uuid, numeric, text, uuid) is 'Whether score, grade and assessor are those the row already has.';
comment on function mued.may_assign(uuid) is 'Whether the material is public or the acting account''s own.';

-- Force binds the owner too, so each table says who sees all: fact views, rollups and checks would otherwise be empty.
do $$
declare
    target regclass;
begin
    foreach target in array array[
        'mued.users', 'mued.lesson_slots', 'mued.reservations', 'mued.messages', 'mued.materials', 'mued.subscriptions',
        'mued.learning_metrics', 'mued.ai_dialogue_log', 'mued.provenance', 'mued.rag_metrics_history', 'mued.plugin_registry',
        'mued.log_entries', 'mued.sessions', 'mued.session_analyses', 'mued.interview_questions', 'mued.interview_answers'
    ]::regclass[]
    loop
        execute format('alter table %s enable row level security', target);
        execute format('alter table %s force row level security', target);
        execute format('create policy workbench_writes on %s to workbench_owner, workbench_loader using (true) with check (true)', target);
        execute format('create policy workbench_reads on %s for select to workbench_reader, workbench_identified using (true)', target);
        execute format(
            'create policy admin_all on %s to mued_app using ((select mued.is_admin())) with check ((select mued.is_admin()))', target
        );
    end loop;
end
$$;

-- Rows of one's own.
create policy own_select on mued.users for select to mued_app using (id = (select mued.app_user()));
create policy own_update on mued.users for update to mued_app using (id = (select mued.app_user()))
    with check (id = (select mued.app_user()) and mued.keeps_standing(role, mentor_id, is_active, deleted_at));

create policy own_select on mued.subscriptions for select to mued_app using (user_id = (select mued.app_user()));
create policy own_select on mued.ai_dialogue_log for select to mued_app using (user_id = (select mued.app_user()));
create policy own_insert on mued.ai_dialogue_log for insert to mued_app with check (
    user_id = (select mued.app_user())
    and (session_id is null or exists (
        select from mued.sessions as session where session.id = session_id and session.user_id = (select mued.app_user())
    ))
);
create policy own_update on mued.ai_dialogue_log for update to mued_app
    using (user_id = (select mued.app_user())) with check (user_id = (select mued.app_user()));
create policy own_delete on mued.ai_dialogue_log for delete to mued_app using (user_id = (select mued.app_user()));
create policy own_select on mued.provenance for select to mued_app using (acquired_by = (select mued.app_user()));
create policy own_insert on mued.provenance for insert to mued_app with check (acquired_by = (select mued.app_user()));

create policy own_all on mued.log_entries to mued_app
    using (user_id = (select mued.app_user())) with check (user_id = (select mued.app_user()));
create policy own_all on mued.sessions to mued_app
    using (user_id = (select mued.app_user())) with check (user_id = (select mued.app_user()));
create policy own_all on mued.interview_answers to mued_app
    using (user_id = (select mued.app_user())) with check (user_id = (select mued.app_user()));

-- Rows that are public, or shared with a mentor. Without an acting account nothing is public.
create policy public_select on mued.log_entries for select to mued_app
    using (is_public and (select mued.app_user()) is not null);
create policy mentor_select on mued.log_entries for select to mued_app
    using (shared_with_mentor and mued.is_mentor_of(user_id));
create policy public_select on mued.sessions for select to mued_app
    using (is_public and (select mued.app_user()) is not null);
create policy mentor_select on mued.sessions for select to mued_app
    using (shared_with_mentor and mued.is_mentor_of(user_id));

-- An answer is shared only as far as its session is.
create policy public_select on mued.interview_answers for select to mued_app using (
    is_public and exists (select from mued.sessions as session where session.id = session_id and session.is_public)
);
create policy mentor_select on mued.interview_answers for select to mued_app using (
    shared_with_mentor and mued.is_mentor_of(user_id)
    and exists (select from mued.sessions as session where session.id = session_id and session.shared_with_mentor)
);

-- Analyses and questions follow their session, whose own policies decide in the sub-select.
create policy session_select on mued.session_analyses for select to mued_app
    using (exists (select from mued.sessions as session where session.id = session_id));
create policy session_insert on mued.session_analyses for insert to mued_app with check (exists (
    select from mued.sessions as session where session.id = session_id and session.user_id = (select mued.app_user())
));
create policy session_select on mued.interview_questions for select to mued_app
    using (exists (select from mued.sessions as session where session.id = session_id));
create policy session_insert on mued.interview_questions for insert to mued_app with check (exists (
    select from mued.sessions as session where session.id = session_id and session.user_id = (select mued.app_user())
));

-- Lessons: everybody signed in sees what is offered; a student books and cancels, the slot's mentor notes attendance.
create policy signed_in_select on mued.lesson_slots for select to mued_app using ((select mued.app_user()) is not null);
create policy mentor_all on mued.lesson_slots to mued_app
    using (mentor_id = (select mued.app_user()) and (select mued.app_role()) = 'mentor')
    with check (mentor_id = (select mued.app_user()) and (select mued.app_role()) = 'mentor');
create policy student_select on mued.reservations for select to mued_app using (student_id = (select mued.app_user()));
create policy student_insert on mued.reservations for insert to mued_app with check (
    student_id = (select mued.app_user()) and status = 'booked'
    and exists (select from mued.lesson_slots as slot where slot.id = slot_id and slot.status = 'open')
);
create policy student_update on mued.reservations for update to mued_app
    using (student_id = (select mued.app_user()) and status = 'booked')
    with check (student_id = (select mued.app_user()) and status in ('booked', 'cancelled'));
create policy mentor_select on mued.reservations for select to mued_app using (exists (
    select from mued.lesson_slots as slot where slot.id = slot_id and slot.mentor_id = (select mued.app_user())
));
-- A cancelled booking stays cancelled: reviving it would give the mentor the student's shared rows again.
create policy mentor_update on mued.reservations for update to mued_app
    using (
        status <> 'cancelled'
        and exists (select from mued.lesson_slots as slot where slot.id = slot_id and slot.mentor_id = (select mued.app_user()))
    )
    with check (exists (select from mued.lesson_slots as slot where slot.id = slot_id and slot.mentor_id = (select mued.app_user())));

-- Messages: between a student and a mentor who teaches them, written in one's own name; the recipient marks them read.
create policy party_select on mued.messages for select to mued_app
    using ((select mued.app_user()) in (sender_id, recipient_id));
create policy sender_insert on mued.messages for insert to mued_app with check (
    sender_id = (select mued.app_user()) and (mued.is_mentor_of(recipient_id) or mued.is_taught_by(recipient_id))
);
create policy recipient_update on mued.messages for update to mued_app
    using (recipient_id = (select mued.app_user())) with check (recipient_id = (select mued.app_user()));

-- Materials and progress: a mentor assigns and assesses; a student sees what they were given and moves on in it.
create policy public_select on mued.materials for select to mued_app
    using (is_public and (select mued.app_user()) is not null);
create policy own_all on mued.materials to mued_app
    using (created_by = (select mued.app_user())) with check (created_by = (select mued.app_user()));
create policy assigned_select on mued.materials for select to mued_app using (exists (
    select from mued.learning_metrics as metric where metric.material_id = materials.id
));
create policy own_select on mued.learning_metrics for select to mued_app using (user_id = (select mued.app_user()));
create policy own_update on mued.learning_metrics for update to mued_app using (user_id = (select mued.app_user()))
    with check (user_id = (select mued.app_user()) and mued.keeps_assessment(id, score, grade, assessed_by));
create policy mentor_select on mued.learning_metrics for select to mued_app using (mued.is_mentor_of(user_id));
create policy mentor_insert on mued.learning_metrics for insert to mued_app
    with check (mued.is_mentor_of(user_id) and mued.may_assign(material_id));
create policy mentor_update on mued.learning_metrics for update to mued_app
    using (mued.is_mentor_of(user_id)) with check (mued.is_mentor_of(user_id));
create policy mentor_delete on mued.learning_metrics for delete to mued_app using (mued.is_mentor_of(user_id));

create policy enabled_select on mued.plugin_registry for select to mued_app
    using (enabled and (select mued.app_user()) is not null);

-- Columns: no password hash for anyone, no moving of a row to another owner, no rewriting of measurements.
grant select (
    id, email, display_name, role, mentor_id, instrument, locale, time_zone, is_active, last_login_at, deleted_at, created_at, updated_at
) on mued.users to mued_app;
grant insert (id, email, display_name, role, mentor_id, instrument, locale, time_zone, is_active) on mued.users to mued_app;
grant update (email, display_name, role, mentor_id, instrument, locale, time_zone, is_active, deleted_at) on mued.users to mued_app;
grant delete on mued.users to mued_app;
grant select, insert, update, delete on mued.lesson_slots, mued.materials, mued.subscriptions to mued_app;
grant select, insert, delete on mued.learning_metrics to mued_app;
grant update (started_at, completed_ratio, completed_at, practice_minutes, score, grade, assessed_by) on mued.learning_metrics to mued_app;
grant select, insert, delete on mued.reservations, mued.messages, mued.ai_dialogue_log to mued_app;
grant update (status, cancelled_at, cancelled_by, attendance_recorded_at) on mued.reservations to mued_app;
grant update (read_at) on mued.messages to mued_app;
grant update (user_feedback) on mued.ai_dialogue_log to mued_app;
grant select, insert, update, delete on mued.log_entries, mued.sessions, mued.interview_answers to mued_app;
grant select, insert on mued.session_analyses, mued.interview_questions, mued.provenance to mued_app;
grant select on mued.rag_metrics_history to mued_app;
grant select (id, name, source, version, capabilities, enabled, health_status, last_health_check) on mued.plugin_registry to mued_app;

-- Names without addresses. It reads as its owner; the condition decides, and the barrier keeps others' functions behind it.
create view mued.people with (security_barrier) as
select person.id, person.display_name, person.role, person.instrument
from mued.users as person
where
    person.is_active and (select mued.app_user()) is not null and (
        person.role = 'mentor'
        or person.id = (select mued.app_user())
        or (select mued.is_admin())
        or mued.is_mentor_of(person.id)
    );
grant select on mued.people to mued_app;

comment on view mued.people is 'Names the acting account may know: itself, all mentors, a mentor''s students; all for an admin.';
comment on column mued.people.id is 'Identity of the account.';
comment on column mued.people.display_name is 'Personal: name.';
comment on column mued.people.role is 'student, mentor or admin.';
comment on column mued.people.instrument is 'Main instrument.';
