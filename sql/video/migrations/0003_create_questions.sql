-- One row per question and one row per review of one.

create function video.is_text_list(list jsonb, fewest integer) returns boolean
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        jsonb_typeof(list) = 'array' and jsonb_array_length(list) >= fewest
        and jsonb_array_length(list) = jsonb_array_length(jsonb_path_query_array(list, 'strict $[*] ? (@.type() == "string")')), false
    )
$$;
comment on function video.is_text_list(jsonb, integer) is 'Whether the value is an array of at least so many texts and of nothing else';

-- Whether data is what the type needs. Never null: a null would let a malformed question pass.
create function video.is_question_data(question_type text, data jsonb) returns boolean
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_typeof(data) = 'object' and case question_type
        when 'multiple_choice' then
            jsonb_path_match(data, 'strict $.options.type() == "array" && $.options.size() >= 2', silent => true)
            and jsonb_array_length(data -> 'options') = jsonb_array_length(jsonb_path_query_array(
                data, 'lax $.options[*] ? (@.id.type() == "string" && @.text.type() == "string" && @.isCorrect.type() == "boolean")'))
            and jsonb_path_exists(data, '$.options[*] ? (@.isCorrect == true)')
            and (select count(distinct choice ->> 'id') = count(*) from jsonb_array_elements(data -> 'options') as choice)
        when 'true_false' then jsonb_typeof(data -> 'correctAnswer') = 'boolean'
        when 'short_answer' then
            video.is_text_list(data -> 'acceptedAnswers', 1)
            and (not data ? 'caseSensitive' or jsonb_typeof(data -> 'caseSensitive') = 'boolean')
        when 'fill_in_blank' then
            jsonb_typeof(data -> 'text') = 'string' and jsonb_typeof(data -> 'blanks') = 'array' and jsonb_array_length(data -> 'blanks') >= 1
            and (select bool_and(video.is_text_list(blank -> 'acceptedAnswers', 1)) from jsonb_array_elements(data -> 'blanks') as blank)
        when 'matching' then
            jsonb_typeof(data -> 'pairs') = 'array' and jsonb_array_length(data -> 'pairs') >= 2
            and jsonb_array_length(data -> 'pairs') = jsonb_array_length(jsonb_path_query_array(
                data, 'lax $.pairs[*] ? (@.left.type() == "string" && @.right.type() == "string")'))
        when 'ordering' then
            video.is_text_list(data -> 'items', 2)
            and jsonb_typeof(data -> 'correctOrder') = 'array'
            and (
                select array_agg(place order by place) from jsonb_array_elements_text(data -> 'correctOrder') as place
            ) = (
                select array_agg((number - 1)::text order by (number - 1)::text)
                from generate_series(1, jsonb_array_length(data -> 'items')) as number
            )
        else false
    end, false)
$$;

create table video.questions (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    milestone_id uuid not null,
    question_type text not null,
    prompt text not null,
    data jsonb not null,
    explanation text,
    points numeric(6, 2) not null default 1,
    allows_partial_credit boolean not null default false,
    difficulty double precision,
    tags text[] not null default '{}',
    origin text not null default 'human',
    status text not null default 'draft',
    content_changed_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint questions_pkey primary key (id),
    constraint questions_tenant_key unique (tenant_id, id),
    constraint questions_tenant_fkey foreign key (tenant_id) references video.tenants (id),
    constraint questions_milestone_fkey foreign key (tenant_id, milestone_id) references video.milestones (tenant_id, id),
    constraint questions_type_known check (
        question_type in ('multiple_choice', 'true_false', 'short_answer', 'fill_in_blank', 'matching', 'ordering')
    ),
    constraint questions_points_range check (points > 0),
    constraint questions_origin_known check (origin in ('human', 'ai')),
    constraint questions_status_known check (status in ('draft', 'in_review', 'approved', 'rejected', 'published', 'retired')),
    constraint questions_data_shape check (video.is_question_data(question_type, data))
);
create index idx_questions_milestone on video.questions (milestone_id) where status = 'published';
create index idx_questions_data on video.questions using gin (data jsonb_path_ops);
create index idx_questions_tags on video.questions using gin (tags);
create index idx_questions_waiting on video.questions (tenant_id, created_at) where status = 'in_review';
create index idx_questions_search on video.questions using gin (to_tsvector('simple', prompt));

grant select on video.questions to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.questions to workbench_loader;

comment on table video.questions is 'Questions of every type; what a type needs is in data';
comment on column video.questions.id is 'Key';
comment on column video.questions.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.questions.milestone_id is 'Milestone at which it is asked';
comment on column video.questions.question_type is 'multiple_choice, true_false, short_answer, fill_in_blank, matching or ordering';
comment on column video.questions.prompt is 'The question';
comment on column video.questions.data is 'What the type needs: options, right answers';
comment on column video.questions.explanation is 'Shown after the answer';
comment on column video.questions.points is 'Points for a right answer';
comment on column video.questions.allows_partial_credit is 'Whether a partly right answer earns a share';
comment on column video.questions.difficulty is 'Difficulty on the ability scale';
comment on column video.questions.tags is 'Words to find it by';
comment on column video.questions.origin is 'human or ai';
comment on column video.questions.status is 'draft, in_review, approved, rejected, published or retired';
comment on column video.questions.content_changed_at is 'When prompt, data or points were last changed; older reviews do not count';
comment on column video.questions.created_at is 'When the row was written';
comment on column video.questions.updated_at is 'When the row was last changed';

create table video.question_reviews (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    question_id uuid not null,
    reviewer_id uuid not null,
    decision text not null,
    comment text,
    reviewed_at timestamptz not null default now(),
    constraint question_reviews_pkey primary key (id),
    constraint question_reviews_tenant_key unique (tenant_id, id),
    constraint question_reviews_tenant_fkey foreign key (tenant_id) references video.tenants (id),
    constraint question_reviews_question_fkey foreign key (tenant_id, question_id) references video.questions (tenant_id, id) on delete cascade,
    constraint question_reviews_reviewer_fkey foreign key (tenant_id, reviewer_id) references video.users (tenant_id, id),
    constraint question_reviews_decision_known check (decision in ('approved', 'rejected', 'changes_requested'))
);
create index idx_question_reviews_question on video.question_reviews (question_id, reviewed_at desc);

grant select (
    id, tenant_id, question_id, reviewer_id, decision, reviewed_at
) on video.question_reviews to workbench_reader, workbench_identified;
grant select (comment) on video.question_reviews to workbench_identified;
grant select, insert, update, delete on video.question_reviews to workbench_loader;

comment on table video.question_reviews is 'What people decided about a question before it may be published';
comment on column video.question_reviews.id is 'Key';
comment on column video.question_reviews.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.question_reviews.question_id is 'Question';
comment on column video.question_reviews.reviewer_id is 'Teacher or administrator who decided';
comment on column video.question_reviews.decision is 'approved, rejected or changes_requested';
comment on column video.question_reviews.comment is 'Personal: what the reviewer wrote';
comment on column video.question_reviews.reviewed_at is 'When';

-- Nothing is published unreviewed: publishing needs an approval newer than the last change of the content, by somebody of the tenant.
create function video.keep_questions_reviewed() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'UPDATE' and (new.prompt, new.data, new.points, new.question_type) is distinct from (old.prompt, old.data, old.points, old.question_type) then
        new.content_changed_at := clock_timestamp();
        if old.status in ('published', 'approved') then
            new.status := 'in_review';
        end if;
    end if;
    if new.status in ('published', 'approved') and not exists (
        select from video.question_reviews as review
        where review.question_id = new.id and review.decision = 'approved' and review.reviewed_at >= new.content_changed_at
            and not exists (
                select from video.question_reviews as later
                where later.question_id = new.id and later.reviewed_at > review.reviewed_at and later.decision <> 'approved'
            )
    ) then
        raise exception 'question % is not approved in its present form: it cannot be %', new.id, new.status using errcode = 'check_violation';
    end if;
    return new;
end
$$;
revoke execute on function video.keep_questions_reviewed() from public;
create trigger questions_reviewed before insert or update on video.questions
    for each row execute function video.keep_questions_reviewed();

comment on function video.is_question_data(text, jsonb) is 'Whether the value is well-formed data of a question of the type';
comment on function video.keep_questions_reviewed() is 'Refuses to approve or publish a question without a newer approval; a change of content sends it back to review';
