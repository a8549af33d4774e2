-- One row per question and one row per review of one.

-- None of these is ever null: a null would let a malformed question pass its check.
create function video.is_text(value jsonb) returns boolean
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$ select coalesce(jsonb_typeof(value) = 'string' and value #>> '{}' ~ '\S', false) $$;

create function video.is_text_list(list jsonb, fewest integer) returns boolean
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_typeof(list) = 'array' and (
        select count(*) >= fewest and count(distinct item) = count(*) and coalesce(bool_and(video.is_text(item)), true)
        from jsonb_path_query(list, 'strict $[*]', '{}', true) as item
    ), false)
$$;

create function video.is_accepting(answer jsonb) returns boolean
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        jsonb_typeof(answer) = 'object' and video.is_text_list(answer -> 'acceptedAnswers', 1)
        and (not answer ? 'caseSensitive' or jsonb_typeof(answer -> 'caseSensitive') = 'boolean'), false
    )
$$;

create function video.is_question_data(question_type text, data jsonb) returns boolean
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_typeof(data) = 'object' and case question_type
        when 'multiple_choice' then (
            select count(*) >= 2 and count(distinct choice ->> 'id') = count(*) and count(distinct choice ->> 'text') = count(*)
                and bool_and(video.is_text(choice -> 'id') and video.is_text(choice -> 'text'))
                and bool_and(coalesce(jsonb_typeof(choice -> 'isCorrect') = 'boolean', false))
                and bool_or(choice -> 'isCorrect' = 'true')
            from jsonb_path_query(data, 'strict $.options[*]', '{}', true) as choice
        )
        when 'true_false' then jsonb_typeof(data -> 'correctAnswer') = 'boolean'
        when 'short_answer' then video.is_accepting(data)
        when 'fill_in_blank' then video.is_text(data -> 'text') and (
            select count(*) >= 1 and count(*) = regexp_count(data ->> 'text', '_{3,}') and bool_and(video.is_accepting(blank))
            from jsonb_path_query(data, 'strict $.blanks[*]', '{}', true) as blank
        )
        when 'matching' then (
            select count(*) >= 2 and bool_and(video.is_text(pair -> 'left') and video.is_text(pair -> 'right'))
                and count(distinct pair -> 'left') = count(*) and count(distinct pair -> 'right') = count(*)
            from jsonb_path_query(data, 'strict $.pairs[*]', '{}', true) as pair
        )
        when 'ordering' then video.is_text_list(data -> 'items', 2) and jsonb_typeof(data -> 'correctOrder') = 'array' and (
            select count(*) = count(distinct place) and count(*) = jsonb_array_length(data -> 'items') and bool_and(
                case when jsonb_typeof(place) = 'number' then trunc(place::numeric) = place::numeric and place::numeric >= 0
                    and place::numeric < jsonb_array_length(data -> 'items') else false end
            )
            from jsonb_path_query(data, 'strict $.correctOrder[*]', '{}', true) as place
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
    content_version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint questions_pkey primary key (id),
    constraint questions_tenant_key unique (tenant_id, id),
    constraint questions_milestone_fkey foreign key (tenant_id, milestone_id) references video.milestones (tenant_id, id),
    constraint questions_type_known check (
        question_type in ('multiple_choice', 'true_false', 'short_answer', 'fill_in_blank', 'matching', 'ordering')
    ),
    constraint questions_prompt_said check (prompt ~ '\S'),
    constraint questions_points_range check (points > 0 and points < 'infinity'),
    constraint questions_difficulty_finite check (difficulty > '-infinity' and difficulty < 'infinity'),
    constraint questions_origin_known check (origin in ('human', 'ai')),
    constraint questions_status_known check (status in ('draft', 'in_review', 'approved', 'rejected', 'published', 'retired')),
    constraint questions_data_shape check (video.is_question_data(question_type, data))
);
create index idx_questions_milestone on video.questions (milestone_id, status);
create index idx_questions_data on video.questions using gin (data jsonb_path_ops);
create index idx_questions_tags on video.questions using gin (tags);
create index idx_questions_waiting on video.questions (tenant_id, created_at) where status = 'in_review';
create index idx_questions_search on video.questions using gin (to_tsvector('simple', prompt));
create trigger keep_updated_at before update on video.questions
    for each row execute function video.keep_updated_at();

grant select on video.questions to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.questions to workbench_loader;

comment on table video.questions is 'Questions of every type; what a type needs is in data';
comment on column video.questions.id is 'Key';
comment on column video.questions.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.questions.milestone_id is 'Milestone at which it is asked';
comment on column video.questions.question_type is 'multiple_choice, true_false, short_answer, fill_in_blank, matching or ordering';
comment on column video.questions.prompt is 'The question';
comment on column video.questions.data is 'What the type needs: options, right answers; further keys are free';
comment on column video.questions.explanation is 'Shown after the answer';
comment on column video.questions.points is 'Points for a right answer';
comment on column video.questions.allows_partial_credit is 'Whether a partly right answer earns a share';
comment on column video.questions.difficulty is 'Difficulty on the ability scale';
comment on column video.questions.tags is 'Words to find it by';
comment on column video.questions.origin is 'human or ai';
comment on column video.questions.status is 'draft, in_review, approved, rejected, published or retired; reviews decide';
comment on column video.questions.content_version is 'Counted by the database at each change of what is asked, told or given for it; a review is of one version';
comment on column video.questions.created_at is 'When the row was written';
comment on column video.questions.updated_at is 'When the row was last changed';

create table video.question_reviews (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    question_id uuid not null,
    content_version integer not null,
    reviewer_id uuid not null,
    decision text not null,
    comment text,
    reviewed_at timestamptz not null default clock_timestamp(),
    constraint question_reviews_pkey primary key (id),
    constraint question_reviews_tenant_key unique (tenant_id, id),
    constraint question_reviews_question_fkey foreign key (tenant_id, question_id) references video.questions (tenant_id, id) on delete cascade,
    constraint question_reviews_reviewer_fkey foreign key (tenant_id, reviewer_id) references video.users (tenant_id, id),
    constraint question_reviews_decision_known check (decision in ('approved', 'rejected', 'changes_requested'))
);
create index idx_question_reviews_question on video.question_reviews (question_id, content_version, reviewed_at desc);
create index idx_question_reviews_reviewer on video.question_reviews (reviewer_id);

grant select (
    id, tenant_id, question_id, content_version, reviewer_id, decision, reviewed_at
) on video.question_reviews to workbench_reader, workbench_identified;
grant select (comment) on video.question_reviews to workbench_identified;
grant select, insert, update, delete on video.question_reviews to workbench_loader;

comment on table video.question_reviews is 'What people decided about a question before it may be published';
comment on column video.question_reviews.id is 'Key';
comment on column video.question_reviews.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.question_reviews.question_id is 'Question';
comment on column video.question_reviews.content_version is 'Version of the question the reviewer saw; the decision is about no other';
comment on column video.question_reviews.reviewer_id is 'Teacher or administrator who decided';
comment on column video.question_reviews.decision is 'approved, rejected or changes_requested';
comment on column video.question_reviews.comment is 'Personal: what the reviewer wrote';
comment on column video.question_reviews.reviewed_at is 'When';

-- Nothing is published unreviewed. A review is of one version of the question, which only these functions count; the last one decides.
create function video.is_approved(question uuid, version integer) returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce((
        select review.decision = 'approved'
        from video.question_reviews as review
        where review.question_id = question and review.content_version = version
        order by review.reviewed_at desc, review.decision = 'approved'
        limit 1
    ), false)
$$;

create function video.keep_questions_reviewed() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        new.content_version := 1;
    elsif (new.prompt, new.data, new.points, new.question_type, new.explanation, new.allows_partial_credit)
        is distinct from (old.prompt, old.data, old.points, old.question_type, old.explanation, old.allows_partial_credit)
    then
        new.content_version := old.content_version + 1;
        if old.status in ('published', 'approved') and new.status in ('published', 'approved') then
            new.status := 'in_review';
        end if;
    else
        new.content_version := old.content_version;
    end if;
    if new.status in ('published', 'approved') and not video.is_approved(new.id, new.content_version) then
        raise exception 'question % is not approved in its present form: it cannot be %', new.id, new.status using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger questions_reviewed before insert or update on video.questions
    for each row execute function video.keep_questions_reviewed();

-- The lock makes a review and a change of the question wait for one another: neither is decided on what the other is about to undo.
create function video.keep_reviews_honest() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    current_version integer;
begin
    if tg_op = 'UPDATE' then
        if (new.question_id, new.content_version, new.decision, new.reviewed_at)
            is distinct from (old.question_id, old.content_version, old.decision, old.reviewed_at)
        then
            raise exception 'review % is given: a new one replaces it, nothing changes it', old.id using errcode = 'check_violation';
        end if;
        return new;
    end if;
    select content_version into current_version from video.questions where id = new.question_id for no key update;
    if new.content_version > current_version then
        raise exception 'question % has no version % yet', new.question_id, new.content_version using errcode = 'check_violation';
    end if;
    if exists (select from video.users where id = new.reviewer_id and role = 'student') then
        raise exception 'students do not review questions' using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger reviews_honest before insert or update on video.question_reviews
    for each row execute function video.keep_reviews_honest();

create function video.follow_reviews() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'DELETE' then
        update video.questions set status = 'in_review'
        where id = old.question_id and status in ('approved', 'published') and not video.is_approved(id, content_version);
    else
        update video.questions
        set status = case
            when new.decision = 'approved' then case status when 'in_review' then 'approved' else status end
            when status not in ('in_review', 'approved', 'published') then status
            when new.decision = 'rejected' then 'rejected'
            else 'draft'
        end, updated_at = new.reviewed_at
        where id = new.question_id and content_version = new.content_version
            and (new.decision <> 'approved' or video.is_approved(id, content_version));
    end if;
    return null;
end
$$;
create trigger reviews_followed after insert or delete on video.question_reviews
    for each row execute function video.follow_reviews();

revoke execute on function video.is_approved(uuid, integer), video.keep_questions_reviewed(), video.keep_reviews_honest(),
    video.follow_reviews() from public;

comment on function video.is_text(jsonb) is 'Whether the value is a text that says something';
comment on function video.is_text_list(jsonb, integer) is 'Whether the value is an array of at least so many different texts and of nothing else';
comment on function video.is_accepting(jsonb) is 'Whether the value lists accepted answers';
comment on function video.is_question_data(text, jsonb) is
    'Whether the value is well-formed data of a question of the type. The text of fill_in_blank has a gap ___ for each blank; correctOrder of ordering holds the places of items, from 0';
comment on function video.is_approved(uuid, integer) is 'Whether the last review of this version of the question approved it';
comment on function video.keep_questions_reviewed() is 'Counts versions; refuses to approve or publish what is not approved; a change of content goes back to review';
comment on function video.keep_reviews_honest() is 'Refuses reviews by students, of versions to come, and changes of a given one';
comment on function video.follow_reviews() is 'The question takes the state its review gives it; a review taken away takes the approval with it';
