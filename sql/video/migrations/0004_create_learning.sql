-- One row per assignment, student and video (student_sessions), student and lesson (student_progress, grades), attempt at a
-- question, and step of a tenant's grade scale.

create table video.lesson_assignments (
    tenant_id uuid not null,
    lesson_id uuid not null,
    student_id uuid not null,
    assigned_by uuid,
    assigned_at timestamptz not null default now(),
    due_at timestamptz,
    constraint lesson_assignments_order check (due_at >= assigned_at),
    constraint lesson_assignments_pkey primary key (lesson_id, student_id),
    constraint lesson_assignments_lesson_fkey foreign key (tenant_id, lesson_id) references video.lessons (tenant_id, id) on delete cascade,
    constraint lesson_assignments_student_fkey foreign key (tenant_id, student_id) references video.users (tenant_id, id),
    constraint lesson_assignments_assigned_by_fkey foreign key (tenant_id, assigned_by) references video.users (tenant_id, id)
);
create index idx_lesson_assignments_student on video.lesson_assignments (student_id);
create index idx_lesson_assignments_assigned_by on video.lesson_assignments (assigned_by) where assigned_by is not null;

grant select on video.lesson_assignments to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.lesson_assignments to workbench_loader;

comment on table video.lesson_assignments is 'Which student is to do which lesson';
comment on column video.lesson_assignments.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.lesson_assignments.lesson_id is 'Lesson';
comment on column video.lesson_assignments.student_id is 'Student';
comment on column video.lesson_assignments.assigned_by is 'Teacher';
comment on column video.lesson_assignments.assigned_at is 'When';
comment on column video.lesson_assignments.due_at is 'Until when';

create table video.student_sessions (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    student_id uuid not null,
    video_id uuid not null,
    position_seconds double precision not null default 0,
    device_fingerprint text,
    device_info jsonb not null default '{}',
    completed_milestones jsonb not null default '[]',
    session_data jsonb not null default '{}',
    is_active boolean not null default true,
    started_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    completed_at timestamptz,
    constraint student_sessions_pkey primary key (id),
    constraint student_sessions_tenant_key unique (tenant_id, id),
    constraint student_sessions_student_fkey foreign key (tenant_id, student_id) references video.users (tenant_id, id),
    constraint student_sessions_video_fkey foreign key (tenant_id, video_id) references video.videos (tenant_id, id),
    constraint student_sessions_student_video_key unique (student_id, video_id),
    constraint student_sessions_position_range check (position_seconds >= 0 and position_seconds < 'infinity'),
    constraint student_sessions_order check (last_seen_at >= started_at and completed_at >= started_at),
    constraint student_sessions_shapes check (
        jsonb_typeof(device_info) = 'object' and jsonb_typeof(completed_milestones) = 'array' and jsonb_typeof(session_data) = 'object'
    )
);
create index idx_student_sessions_student_active on video.student_sessions (student_id, last_seen_at desc) where is_active;
create index idx_student_sessions_video on video.student_sessions (video_id);
create index idx_student_sessions_device on video.student_sessions using gin (device_info);

grant select (
    id, tenant_id, student_id, video_id, position_seconds, device_info, completed_milestones, session_data, is_active,
    started_at, last_seen_at, completed_at
) on video.student_sessions to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.student_sessions to workbench_loader;

comment on table video.student_sessions is 'Where a student is in a video, the same on every device; one row for as long as the video is being learnt';
comment on column video.student_sessions.id is 'Key';
comment on column video.student_sessions.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.student_sessions.student_id is 'Student';
comment on column video.student_sessions.video_id is 'Video';
comment on column video.student_sessions.position_seconds is 'Where to go on, in seconds';
comment on column video.student_sessions.device_fingerprint is 'Personal: fingerprint of the last device';
comment on column video.student_sessions.device_info is 'Kind of device: type, system, browser';
comment on column video.student_sessions.completed_milestones is 'Milestones passed, as an array of their ids';
comment on column video.student_sessions.session_data is 'State of the player';
comment on column video.student_sessions.is_active is 'Whether the video is open somewhere';
comment on column video.student_sessions.started_at is 'First opened';
comment on column video.student_sessions.last_seen_at is 'Last sign of life';
comment on column video.student_sessions.completed_at is 'When the video was completed';

create table video.student_progress (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    student_id uuid not null,
    lesson_id uuid not null,
    completion_percentage double precision not null default 0,
    details jsonb not null default '{}',
    started_at timestamptz not null default now(),
    completed_at timestamptz,
    updated_at timestamptz not null default now(),
    constraint student_progress_pkey primary key (id),
    constraint student_progress_tenant_key unique (tenant_id, id),
    constraint student_progress_student_fkey foreign key (tenant_id, student_id) references video.users (tenant_id, id),
    constraint student_progress_lesson_fkey foreign key (tenant_id, lesson_id) references video.lessons (tenant_id, id),
    constraint student_progress_student_lesson_key unique (student_id, lesson_id),
    constraint student_progress_completion_range check (completion_percentage between 0 and 100),
    constraint student_progress_order check (completed_at >= started_at),
    constraint student_progress_completed_whole check (completed_at is null or completion_percentage = 100),
    constraint student_progress_details_shape check (jsonb_typeof(details) = 'object')
);
create index idx_student_progress_student_completion on video.student_progress (student_id, completion_percentage);
create index idx_student_progress_lesson on video.student_progress (lesson_id);
create index idx_student_progress_details on video.student_progress using gin (details jsonb_path_ops);
create trigger keep_updated_at before update on video.student_progress
    for each row execute function video.keep_updated_at();

grant select on video.student_progress to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.student_progress to workbench_loader;

comment on table video.student_progress is 'How far a student is with a lesson';
comment on column video.student_progress.id is 'Key';
comment on column video.student_progress.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.student_progress.student_id is 'Student';
comment on column video.student_progress.lesson_id is 'Lesson';
comment on column video.student_progress.completion_percentage is 'Share completed, 0 to 100';
comment on column video.student_progress.details is 'By video and milestone';
comment on column video.student_progress.started_at is 'When it was begun';
comment on column video.student_progress.completed_at is 'When it was completed';
comment on column video.student_progress.updated_at is 'When the row was last changed';

create table video.question_attempts (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    student_id uuid not null,
    question_id uuid not null,
    attempt_no integer not null,
    answer jsonb not null,
    is_correct boolean not null,
    points_earned numeric(6, 2) not null default 0,
    response_ms bigint,
    session_id uuid,
    answered_at timestamptz not null default now(),
    recorded_at timestamptz not null default now(),
    constraint question_attempts_pkey primary key (id),
    constraint question_attempts_tenant_key unique (tenant_id, id),
    constraint question_attempts_student_fkey foreign key (tenant_id, student_id) references video.users (tenant_id, id),
    constraint question_attempts_question_fkey foreign key (tenant_id, question_id) references video.questions (tenant_id, id),
    constraint question_attempts_once_key unique (student_id, question_id, attempt_no),
    constraint question_attempts_no_range check (attempt_no >= 1),
    constraint question_attempts_points_range check (points_earned >= 0 and points_earned < 'infinity'),
    constraint question_attempts_response_range check (response_ms >= 0)
);
create index idx_question_attempts_question on video.question_attempts (question_id, attempt_no);
create index idx_question_attempts_answered on video.question_attempts (answered_at);

grant select on video.question_attempts to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.question_attempts to workbench_loader;

comment on table video.question_attempts is 'Answers of students to questions';
comment on column video.question_attempts.id is 'Key';
comment on column video.question_attempts.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.question_attempts.student_id is 'Student';
comment on column video.question_attempts.question_id is 'Question';
comment on column video.question_attempts.attempt_no is 'Which attempt at this question, from 1; never above the retry limit of the milestone';
comment on column video.question_attempts.answer is 'What was answered';
comment on column video.question_attempts.is_correct is 'Whether it earned all points';
comment on column video.question_attempts.points_earned is 'Points, partial credit included';
comment on column video.question_attempts.response_ms is 'Time to answer in milliseconds';
comment on column video.question_attempts.session_id is 'Session of the application in which it was given';
comment on column video.question_attempts.answered_at is 'When';
comment on column video.question_attempts.recorded_at is 'When it reached the database';

create table video.grade_scales (
    tenant_id uuid not null,
    letter text not null,
    lowest_percentage double precision not null,
    constraint grade_scales_pkey primary key (tenant_id, letter),
    constraint grade_scales_tenant_fkey foreign key (tenant_id) references video.tenants (id),
    constraint grade_scales_step_key unique (tenant_id, lowest_percentage),
    constraint grade_scales_range check (lowest_percentage between 0 and 100)
);

grant select on video.grade_scales to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.grade_scales to workbench_loader;

comment on table video.grade_scales is 'From which percentage on a letter is given';
comment on column video.grade_scales.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.grade_scales.letter is 'Letter';
comment on column video.grade_scales.lowest_percentage is 'Lowest percentage for it, 0 to 100';

create table video.grades (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    student_id uuid not null,
    lesson_id uuid not null,
    total_points numeric(10, 2) not null,
    earned_points numeric(10, 2) not null,
    percentage double precision generated always as (case when total_points > 0 then (100 * earned_points / total_points)::double precision end) stored,
    letter text,
    attempts integer not null default 0,
    strategy text not null default 'best',
    breakdown jsonb not null default '{}',
    graded_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint grades_pkey primary key (id),
    constraint grades_tenant_key unique (tenant_id, id),
    constraint grades_student_fkey foreign key (tenant_id, student_id) references video.users (tenant_id, id),
    constraint grades_lesson_fkey foreign key (tenant_id, lesson_id) references video.lessons (tenant_id, id),
    constraint grades_letter_fkey foreign key (tenant_id, letter) references video.grade_scales (tenant_id, letter),
    constraint grades_student_lesson_key unique (student_id, lesson_id),
    constraint grades_points_order check (earned_points between 0 and total_points and total_points < 'infinity'),
    constraint grades_attempts_range check (attempts >= 0),
    constraint grades_strategy_known check (strategy in ('best', 'last', 'first', 'average')),
    constraint grades_breakdown_shape check (jsonb_typeof(breakdown) = 'object')
);
create index idx_grades_lesson on video.grades (lesson_id, percentage);
create index idx_grades_letter on video.grades (tenant_id, letter);
create trigger keep_updated_at before update on video.grades
    for each row execute function video.keep_updated_at();

grant select on video.grades to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.grades to workbench_loader;

comment on table video.grades is 'Result of a student in a lesson';
comment on column video.grades.id is 'Key';
comment on column video.grades.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.grades.student_id is 'Student';
comment on column video.grades.lesson_id is 'Lesson';
comment on column video.grades.total_points is 'Points possible';
comment on column video.grades.earned_points is 'Points earned';
comment on column video.grades.percentage is 'Earned of possible points, 0 to 100';
comment on column video.grades.letter is 'Letter by the scale of the tenant; written by the database';
comment on column video.grades.attempts is 'Attempts at questions in all';
comment on column video.grades.strategy is 'Which attempt counts: best, last, first or average';
comment on column video.grades.breakdown is 'Points by video and milestone';
comment on column video.grades.graded_at is 'When';
comment on column video.grades.updated_at is 'When the row was last changed';

-- An attempt beyond what the milestone allows, worth more than the question, or called right without all its points is refused.
create function video.keep_within_limits() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    wrong record;
begin
    select given.question_id, given.attempt_no, given.points_earned, milestone.retry_limit, question.points into wrong
    from given
    join video.questions as question on question.id = given.question_id
    join video.milestones as milestone on milestone.id = question.milestone_id
    where given.attempt_no > milestone.retry_limit
        or given.points_earned > question.points
        or (given.points_earned not in (0, question.points) and not question.allows_partial_credit)
        or given.is_correct <> (given.points_earned = question.points)
    limit 1;
    if found then
        raise exception 'attempt % with % points at question %: it allows % attempts and gives % points', wrong.attempt_no,
            wrong.points_earned, wrong.question_id, wrong.retry_limit, wrong.points using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger question_attempts_given after insert on video.question_attempts
    referencing new table as given for each statement execute function video.keep_within_limits();
create trigger question_attempts_changed after update on video.question_attempts
    referencing new table as given for each statement execute function video.keep_within_limits();

-- The letter follows from the percentage by the scale as it is when the grade is written; a later scale leaves given letters alone.
create function video.letter_for(tenant uuid, percentage double precision) returns text
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select letter from video.grade_scales
    where tenant_id = tenant and lowest_percentage <= percentage
    order by lowest_percentage desc
    limit 1
$$;
create function video.keep_letters_true() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    new.letter := video.letter_for(new.tenant_id, 100 * new.earned_points / nullif(new.total_points, 0));
    return new;
end
$$;
create trigger grades_letter before insert or update of tenant_id, total_points, earned_points, letter on video.grades
    for each row execute function video.keep_letters_true();

revoke execute on function video.keep_within_limits(), video.letter_for(uuid, double precision), video.keep_letters_true() from public;

comment on function video.keep_within_limits() is 'Refuses attempts beyond the retry limit, points beyond what the question gives, and partial credit where it gives none';
comment on function video.letter_for(uuid, double precision) is 'Letter of a percentage by the scale of the tenant; null below its lowest step';
comment on function video.keep_letters_true() is 'Gives each grade the letter of its percentage';
