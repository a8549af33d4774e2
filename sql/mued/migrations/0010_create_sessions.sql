-- One row per music session (sessions), per analysis of it (session_analyses), per question the assistant asks about it
-- (interview_questions) and per answer (interview_answers); one row per UTC day and kind in interview_summary.
-- An answer carries its session and its author: composite keys hold all three together.

create table mued.sessions (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null,
    kind text not null default 'practice',
    title text,
    daw_metadata jsonb not null default '{}',
    device text,
    status text not null default 'open',
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    is_public boolean not null default false,
    shared_with_mentor boolean not null default false,
    recorded_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint sessions_kind_known check (kind in ('practice', 'recording', 'composition', 'mixing', 'lesson_review')),
    constraint sessions_status_known check (status in ('open', 'analysed', 'interviewing', 'completed', 'abandoned')),
    constraint sessions_order check (ended_at >= started_at),
    -- Technical facts only, so that analysts may see them: a project's name belongs in title.
    constraint sessions_daw_metadata_shape check (
        jsonb_typeof(daw_metadata) = 'object'
        and not daw_metadata ?| array['title', 'project', 'project_name', 'file', 'file_path', 'author']
        and coalesce(jsonb_typeof(daw_metadata -> 'daw'), 'string') = 'string'
        and coalesce(jsonb_typeof(daw_metadata -> 'key'), 'string') = 'string'
        and coalesce(jsonb_typeof(daw_metadata -> 'tracks'), 'number') = 'number'
        and coalesce(jsonb_typeof(daw_metadata -> 'plugins'), 'array') = 'array'
        and coalesce(jsonb_typeof(daw_metadata -> 'tempo_bpm'), 'number') = 'number'
        and not jsonb_path_exists(daw_metadata, '$.tempo_bpm ? (@ < 20 || @ > 400)')
    ),
    constraint sessions_owner_key unique (id, user_id),
    constraint fk_sessions_user foreign key (user_id) references mued.users (id) on delete cascade
);
create index idx_sessions_user on mued.sessions (user_id, started_at desc);
create index idx_sessions_started on mued.sessions (started_at);
create index idx_sessions_public on mued.sessions (started_at) where is_public;
create index idx_sessions_daw_metadata on mued.sessions using gin (daw_metadata jsonb_path_ops);

create table mued.session_analyses (
    id uuid primary key default gen_random_uuid(),
    session_id uuid not null,
    analysis_version text not null,
    model text,
    results jsonb not null default '{}',
    confidence numeric(4, 3),
    duration_ms integer,
    analysed_at timestamptz not null default now(),
    constraint session_analyses_version_form check (analysis_version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'),
    constraint session_analyses_results_shape check (jsonb_typeof(results) = 'object'),
    constraint session_analyses_confidence_range check (confidence between 0 and 1),
    constraint session_analyses_duration_range check (duration_ms >= 0),
    constraint session_analyses_version_key unique (session_id, analysis_version),
    constraint session_analyses_session_key unique (id, session_id),
    constraint fk_session_analyses_session foreign key (session_id) references mued.sessions (id) on delete cascade
);
create index idx_session_analyses_analysed on mued.session_analyses (analysed_at);
create index idx_session_analyses_results on mued.session_analyses using gin (results jsonb_path_ops);

create table mued.interview_questions (
    id uuid primary key default gen_random_uuid(),
    session_id uuid not null,
    analysis_id uuid,
    position integer not null,
    theme text not null,
    question text not null,
    context jsonb not null default '{}',
    model text,
    asked_at timestamptz not null default now(),
    constraint interview_questions_position_range check (position >= 1),
    constraint interview_questions_theme_known
        check (theme in ('structure', 'harmony', 'rhythm', 'melody', 'sound', 'technique', 'intention', 'feeling')),
    constraint interview_questions_question_filled check (length(question) between 1 and 5000),
    constraint interview_questions_context_shape check (jsonb_typeof(context) = 'object'),
    constraint interview_questions_position_key unique (session_id, position),
    constraint interview_questions_session_key unique (id, session_id),
    constraint fk_interview_questions_session foreign key (session_id) references mued.sessions (id) on delete cascade,
    constraint fk_interview_questions_analysis foreign key (analysis_id, session_id)
        references mued.session_analyses (id, session_id) on delete set null (analysis_id)
);
create index idx_interview_questions_analysis on mued.interview_questions (analysis_id, session_id);
create index idx_interview_questions_asked on mued.interview_questions (asked_at);

create table mued.interview_answers (
    id uuid primary key default gen_random_uuid(),
    question_id uuid not null,
    session_id uuid not null,
    user_id uuid not null,
    answer text,
    is_skipped boolean not null default false,
    input_method text not null default 'text',
    duration_ms integer,
    is_public boolean not null default false,
    shared_with_mentor boolean not null default false,
    answered_at timestamptz not null default now(),
    recorded_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint interview_answers_text_or_skipped check (is_skipped = (answer is null)),
    constraint interview_answers_text_filled check (length(answer) between 1 and 20000),
    constraint interview_answers_input_known check (input_method in ('text', 'voice', 'choice')),
    constraint interview_answers_duration_range check (duration_ms >= 0),
    constraint interview_answers_question_key unique (question_id),
    constraint fk_interview_answers_question foreign key (question_id, session_id)
        references mued.interview_questions (id, session_id) on delete cascade,
    constraint fk_interview_answers_session foreign key (session_id, user_id)
        references mued.sessions (id, user_id) on delete cascade
);
create index idx_interview_answers_question on mued.interview_answers (question_id, session_id);
create index idx_interview_answers_session on mued.interview_answers (session_id, user_id);
create index idx_interview_answers_user on mued.interview_answers (user_id, answered_at desc);
create index idx_interview_answers_answered on mued.interview_answers (answered_at);

create index idx_ai_dialogue_session on mued.ai_dialogue_log (session_id) where session_id is not null;
alter table mued.ai_dialogue_log add constraint fk_ai_dialogue_session
    foreign key (session_id) references mued.sessions (id) on delete set null;

create trigger keep_updated_at before update on mued.sessions
    for each row execute function mued.keep_updated_at();
create trigger keep_updated_at before update on mued.interview_answers
    for each row execute function mued.keep_updated_at();

-- How complete a session is depends on its questions and answers: their changes touch the day of the session.
create function mued.touch_session_days() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'TRUNCATE' then
        insert into marts.touched_day (platform, fact, day)
        select distinct 'mued', 'fact_session', (started_at at time zone 'UTC')::date from mued.sessions;
        return null;
    end if;
    insert into marts.touched_day (platform, fact, day)
    select distinct 'mued', 'fact_session', (session.started_at at time zone 'UTC')::date
    from changed_rows as changed
    join mued.sessions as session on session.id = changed.session_id;
    return null;
end
$$;
revoke execute on function mued.touch_session_days() from public;

create materialized view mued.interview_summary as
select
    (session.started_at at time zone 'UTC')::date as day,
    session.kind,
    count(distinct session.id) as sessions,
    count(distinct analysis.session_id) as analysed_sessions,
    count(distinct question.id) as questions,
    count(distinct answer.id) filter (where not answer.is_skipped) as answers,
    count(distinct answer.id) filter (where answer.is_skipped) as skipped
from mued.sessions as session
left join mued.session_analyses as analysis on analysis.session_id = session.id
left join mued.interview_questions as question on question.session_id = session.id
left join mued.interview_answers as answer on answer.question_id = question.id
group by 1, 2;
create unique index idx_interview_summary_key on mued.interview_summary (day, kind);

create function mued.refresh_summaries() returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    refresh materialized view concurrently mued.rag_summary;
    refresh materialized view concurrently mued.interview_summary;
end
$$;
revoke execute on function mued.refresh_summaries() from public;
grant execute on function mued.refresh_summaries() to workbench_loader;

grant select, insert, update, delete
    on mued.sessions, mued.session_analyses, mued.interview_questions, mued.interview_answers to workbench_loader;
grant select (
    id, user_id, kind, daw_metadata, device, status, started_at, ended_at, is_public, shared_with_mentor, recorded_at, updated_at
) on mued.sessions to workbench_reader, workbench_identified;
grant select (id, session_id, analysis_version, model, confidence, duration_ms, analysed_at)
    on mued.session_analyses to workbench_reader, workbench_identified;
grant select (id, session_id, analysis_id, position, theme, model, asked_at)
    on mued.interview_questions to workbench_reader, workbench_identified;
grant select (
    id, question_id, session_id, user_id, is_skipped, input_method, duration_ms, is_public, shared_with_mentor,
    answered_at, recorded_at, updated_at
) on mued.interview_answers to workbench_reader, workbench_identified;
grant select on mued.interview_summary to workbench_reader, workbench_identified;

comment on function mued.touch_session_days() is 'Statement trigger on questions and answers: notes the UTC days of their sessions.';
comment on function mued.refresh_summaries() is 'Refreshes both materialized views while they stay readable.';

comment on table mued.sessions is 'Music sessions about which the assistant interviews the learner.';
comment on column mued.sessions.id is 'Identity of the session.';
comment on column mued.sessions.user_id is 'Learner.';
comment on column mued.sessions.kind is 'practice, recording, composition, mixing or lesson_review.';
comment on column mued.sessions.title is 'Personal: the learner''s title.';
comment on column mued.sessions.daw_metadata is 'Technical facts of the audio workstation: daw, key, tempo_bpm (20 to 400), tracks, plugins; names of projects and files are refused.';
comment on column mued.sessions.device is 'Device used, for instance desktop or tablet.';
comment on column mued.sessions.status is 'open, analysed, interviewing, completed or abandoned.';
comment on column mued.sessions.started_at is 'Start.';
comment on column mued.sessions.ended_at is 'End; empty while open or when never closed.';
comment on column mued.sessions.is_public is 'True: every account may see it.';
comment on column mued.sessions.shared_with_mentor is 'True: the learner''s mentors may see it.';
comment on column mued.sessions.recorded_at is 'When the row reached this database.';
comment on column mued.sessions.updated_at is 'Last change of the row.';

comment on table mued.session_analyses is 'Output of the analyser; one row per session and version of the algorithm.';
comment on column mued.session_analyses.id is 'Identity of the analysis.';
comment on column mued.session_analyses.session_id is 'Session analysed.';
comment on column mued.session_analyses.analysis_version is 'Version of the algorithm, three numbers.';
comment on column mued.session_analyses.model is 'Model used.';
comment on column mued.session_analyses.results is 'Personal: findings about the learner''s music, a JSON object.';
comment on column mued.session_analyses.confidence is 'Confidence of the analyser, 0 to 1.';
comment on column mued.session_analyses.duration_ms is 'Time it took, in milliseconds.';
comment on column mued.session_analyses.analysed_at is 'When it was made.';

comment on table mued.interview_questions is 'Questions the assistant asks about a session.';
comment on column mued.interview_questions.id is 'Identity of the question.';
comment on column mued.interview_questions.session_id is 'Session asked about.';
comment on column mued.interview_questions.analysis_id is 'Analysis it builds on, of the same session.';
comment on column mued.interview_questions.position is 'Place in the interview, from 1.';
comment on column mued.interview_questions.theme is 'structure, harmony, rhythm, melody, sound, technique, intention or feeling.';
comment on column mued.interview_questions.question is 'Personal: text, made from the learner''s own session.';
comment on column mued.interview_questions.context is 'Personal: earlier answers it was made from, a JSON object.';
comment on column mued.interview_questions.model is 'Model that wrote it.';
comment on column mued.interview_questions.asked_at is 'When it was asked.';

comment on table mued.interview_answers is 'Answers of learners; at most one a question.';
comment on column mued.interview_answers.id is 'Identity of the answer.';
comment on column mued.interview_answers.question_id is 'Question answered.';
comment on column mued.interview_answers.session_id is 'Session of the question.';
comment on column mued.interview_answers.user_id is 'Learner of the session.';
comment on column mued.interview_answers.answer is 'Personal: text of the answer; empty exactly when skipped.';
comment on column mued.interview_answers.is_skipped is 'True: the learner passed the question over.';
comment on column mued.interview_answers.input_method is 'text, voice or choice.';
comment on column mued.interview_answers.duration_ms is 'Time from question to answer, in milliseconds.';
comment on column mued.interview_answers.is_public is 'True: whoever may see the public session may read the answer.';
comment on column mued.interview_answers.shared_with_mentor is 'True: mentors may read it, if the session is shared with them too.';
comment on column mued.interview_answers.answered_at is 'When it was answered.';
comment on column mued.interview_answers.recorded_at is 'When the row reached this database.';
comment on column mued.interview_answers.updated_at is 'Last change of the row.';

comment on materialized view mued.interview_summary is 'Interviews by UTC day and kind of session, as of the last refresh.';
comment on column mued.interview_summary.day is 'UTC day on which the sessions started.';
comment on column mued.interview_summary.kind is 'Kind of session.';
comment on column mued.interview_summary.sessions is 'Sessions.';
comment on column mued.interview_summary.analysed_sessions is 'Sessions with an analysis.';
comment on column mued.interview_summary.questions is 'Questions asked.';
comment on column mued.interview_summary.answers is 'Questions answered.';
comment on column mued.interview_summary.skipped is 'Questions skipped.';
