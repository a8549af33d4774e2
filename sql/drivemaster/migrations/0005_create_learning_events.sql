-- One row per event of practice; one partition a month by timestamp. The months are made by `workbench partition ensure`.
-- Numbers inside response_data are compared as JSON (numbers sort among themselves, anything else falls outside), so no cast can fail.

create table drivemaster.learning_events (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    content_id uuid,
    concept_id uuid,
    session_id uuid,
    event_type text not null,
    "timestamp" timestamptz not null default now(),
    recorded_at timestamptz not null default now(),
    response_data jsonb,
    context_data jsonb,
    constraint learning_events_pkey primary key (id, "timestamp"),
    constraint learning_events_user_fkey foreign key (user_id) references drivemaster.users (id) on delete cascade,
    constraint learning_events_content_fkey foreign key (content_id) references drivemaster.content (id),
    constraint learning_events_concept_fkey foreign key (concept_id) references drivemaster.concepts (id),
    constraint learning_events_type_known check (event_type in ('question_answered', 'session_started', 'concept_mastered')),
    constraint learning_events_answer_complete check (
        event_type <> 'question_answered' or (content_id is not null and concept_id is not null and response_data is not null)
    ),
    constraint learning_events_mastered_complete check (event_type <> 'concept_mastered' or concept_id is not null),
    constraint learning_events_response_shape check (
        response_data is null or (
            jsonb_typeof(response_data) = 'object'
            and coalesce(jsonb_typeof(response_data -> 'isCorrect') = 'boolean', false)
            and coalesce(response_data -> 'responseTime' = 'null' or response_data -> 'responseTime' between '0' and '2147483647', true)
            and coalesce(response_data -> 'confidenceLevel' = 'null' or response_data -> 'confidenceLevel' between '0' and '1', true)
            and coalesce(
                response_data -> 'hintsUsed' = 'null'
                or (jsonb_typeof(response_data -> 'hintsUsed') = 'number' and response_data ->> 'hintsUsed' ~ '^[0-9]{1,6}$'),
                true
            )
            and coalesce(
                response_data -> 'attemptNo' = 'null'
                or (jsonb_typeof(response_data -> 'attemptNo') = 'number' and response_data ->> 'attemptNo' ~ '^[1-9][0-9]{0,5}$'),
                true
            )
        )
    ),
    constraint learning_events_context_shape check (
        context_data is null or (
            jsonb_typeof(context_data) = 'object'
            and coalesce(context_data ->> 'deviceType' in ('mobile', 'tablet', 'desktop'), true)
            and coalesce(context_data ->> 'timeOfDay' in ('morning', 'afternoon', 'evening'), true)
            and coalesce(context_data ->> 'networkCondition' in ('excellent', 'good', 'poor'), true)
        )
    )
) partition by range ("timestamp");
create table drivemaster.learning_events_default partition of drivemaster.learning_events default;
create index idx_learning_events_user_timestamp on drivemaster.learning_events (user_id, "timestamp" desc)
    include (event_type, concept_id);
create index idx_learning_events_timestamp on drivemaster.learning_events ("timestamp");
create index idx_learning_events_content on drivemaster.learning_events (content_id, "timestamp") where event_type = 'question_answered';
create index idx_learning_events_context on drivemaster.learning_events using gin (context_data jsonb_path_ops);

grant select on drivemaster.learning_events to workbench_reader, workbench_identified;
grant select, insert, update, delete on drivemaster.learning_events to workbench_loader;

comment on table drivemaster.learning_events is 'Everything learners did, in time order';
comment on table drivemaster.learning_events_default is 'Events of months that have no partition yet; `workbench partition ensure` moves them out';
comment on column drivemaster.learning_events.id is 'Key, together with the time';
comment on column drivemaster.learning_events.user_id is 'Learner';
comment on column drivemaster.learning_events.content_id is 'Item, for answers';
comment on column drivemaster.learning_events.concept_id is 'Concept';
comment on column drivemaster.learning_events.session_id is 'Practice session of the application';
comment on column drivemaster.learning_events.event_type is 'question_answered, session_started or concept_mastered';
comment on column drivemaster.learning_events."timestamp" is 'When it happened; decides the partition';
comment on column drivemaster.learning_events.recorded_at is 'When it reached the database';
comment on column drivemaster.learning_events.response_data is 'Answer: isCorrect, responseTime in milliseconds, confidenceLevel 0 to 1, hintsUsed; optional attemptNo, the learner''s how manieth answer to the item';
comment on column drivemaster.learning_events.context_data is 'Circumstances: deviceType, timeOfDay, networkCondition';
