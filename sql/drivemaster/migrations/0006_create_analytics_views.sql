-- One row per concept (concept_mastery), per item (content_performance) and per UTC day and category (daily_practice).

create materialized view drivemaster.concept_mastery as
select
    concept.id as concept_id,
    concept.category,
    count(state.user_id) as learners,
    avg(state.mastery_probability) as mean_mastery,
    count(*) filter (where state.mastery_probability >= 0.95) as mastered,
    count(*) filter (where state.due_at is not null) as scheduled
from drivemaster.concepts as concept
left join drivemaster.knowledge_states as state on state.concept_id = concept.id
group by concept.id, concept.category;
create unique index concept_mastery_key on drivemaster.concept_mastery (concept_id);

create materialized view drivemaster.content_performance as
select
    item.id as content_id,
    item.concept_id,
    item.version,
    item.parent_content_id,
    count(event.id) as answers,
    count(event.id) filter (where (event.response_data -> 'isCorrect')::boolean) as correct,
    avg((event.response_data ->> 'responseTime')::double precision) as mean_response_ms
from drivemaster.content as item
left join drivemaster.learning_events as event on event.content_id = item.id and event.event_type = 'question_answered'
group by item.id, item.concept_id, item.version, item.parent_content_id;
create unique index content_performance_key on drivemaster.content_performance (content_id);

create materialized view drivemaster.daily_practice as
select
    (event."timestamp" at time zone 'UTC')::date as day,
    coalesce(concept.category, 'none') as category,
    count(*) filter (where event.event_type = 'question_answered') as answers,
    count(*) filter (where event.event_type = 'question_answered' and (event.response_data -> 'isCorrect')::boolean) as correct,
    count(*) filter (where event.event_type = 'concept_mastered') as mastered,
    count(*) filter (where event.event_type = 'session_started') as sessions,
    count(distinct event.user_id) as learners
from drivemaster.learning_events as event
left join drivemaster.concepts as concept on concept.id = event.concept_id
group by 1, 2;
create unique index daily_practice_key on drivemaster.daily_practice (day, category);

-- Refreshing beside readers needs the owner; this lends that right to the rollup and to nobody else.
create function drivemaster.refresh_summaries() returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    refresh materialized view concurrently drivemaster.concept_mastery;
    refresh materialized view concurrently drivemaster.content_performance;
    refresh materialized view concurrently drivemaster.daily_practice;
end
$$;
revoke execute on function drivemaster.refresh_summaries() from public;
grant execute on function drivemaster.refresh_summaries() to workbench_loader;
grant select on drivemaster.concept_mastery, drivemaster.content_performance, drivemaster.daily_practice
    to workbench_loader, workbench_reader, workbench_identified;

comment on function drivemaster.refresh_summaries() is 'Brings the materialized views of the platform up to date beside their readers';
comment on materialized view drivemaster.concept_mastery is 'How far learners are with each concept, as of the last refresh';
comment on column drivemaster.concept_mastery.concept_id is 'Concept';
comment on column drivemaster.concept_mastery.category is 'Area of the concept';
comment on column drivemaster.concept_mastery.learners is 'Learners with a knowledge state';
comment on column drivemaster.concept_mastery.mean_mastery is 'Mean probability of knowing';
comment on column drivemaster.concept_mastery.mastered is 'Learners at 0.95 or more';
comment on column drivemaster.concept_mastery.scheduled is 'Learners with a review due some day';
comment on materialized view drivemaster.content_performance is 'Answers to each item, as of the last refresh';
comment on column drivemaster.content_performance.content_id is 'Item';
comment on column drivemaster.content_performance.concept_id is 'Concept of the item';
comment on column drivemaster.content_performance.version is 'Version of the item';
comment on column drivemaster.content_performance.parent_content_id is 'Item of which it is a version or variant';
comment on column drivemaster.content_performance.answers is 'Answers in the event log';
comment on column drivemaster.content_performance.correct is 'Right ones among them';
comment on column drivemaster.content_performance.mean_response_ms is 'Mean response time in milliseconds';
comment on materialized view drivemaster.daily_practice is 'Practice by UTC day and category, as of the last refresh';
comment on column drivemaster.daily_practice.day is 'UTC day';
comment on column drivemaster.daily_practice.category is 'Area, none for events without a concept';
comment on column drivemaster.daily_practice.answers is 'Questions answered';
comment on column drivemaster.daily_practice.correct is 'Right answers';
comment on column drivemaster.daily_practice.mastered is 'Concepts mastered';
comment on column drivemaster.daily_practice.sessions is 'Sessions started';
comment on column drivemaster.daily_practice.learners is 'Different learners';
