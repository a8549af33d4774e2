-- Rollups of progress. One row per local day and item or learner, per learner and item, per learner and skill, per skill and opportunity, or per fit of a model.

create table marts.attempt_day (
    time_zone text not null,
    platform text not null,
    day date not null,
    tenant text not null,
    skill_id uuid not null,
    item_id uuid not null,
    attempts bigint not null,
    correct bigint not null,
    score_sum double precision not null,
    timed bigint not null,
    log_ms_sum double precision not null,
    log_ms_square_sum double precision not null,
    is_erased boolean not null default false,
    primary key (time_zone, platform, day, tenant, skill_id, item_id, is_erased),
    check (correct between 0 and attempts and timed between 0 and attempts)
);
comment on table marts.attempt_day is 'Answers to an item on a local day: how many, right, how fast. First answers, whose day depends on all others, stand in item_response';
comment on column marts.attempt_day.time_zone is 'Time zone that cuts the day';
comment on column marts.attempt_day.platform is 'Platform';
comment on column marts.attempt_day.day is 'Local day of the answer';
comment on column marts.attempt_day.tenant is 'Tenant of the learner';
comment on column marts.attempt_day.skill_id is 'Skill the item exercises; all zeros where it names none';
comment on column marts.attempt_day.item_id is 'Item answered; all zeros where the answer names none';
comment on column marts.attempt_day.attempts is 'Answers that were judged right or wrong';
comment on column marts.attempt_day.correct is 'Of these, right';
comment on column marts.attempt_day.score_sum is 'Sum of the shares of the points, 0 to 1 each';
comment on column marts.attempt_day.timed is 'Answers with a positive response time';
comment on column marts.attempt_day.log_ms_sum is 'Sum of the natural logarithms of their response times in milliseconds';
comment on column marts.attempt_day.log_ms_square_sum is 'Sum of the squares of those logarithms';
comment on column marts.attempt_day.is_erased is 'Whether these are answers of people who were erased: they add to those of the others and are never recomputed';

create table marts.learner_attempt_day (
    time_zone text not null,
    platform text not null,
    day date not null,
    learner_id uuid not null,
    tenant text not null,
    attempts integer not null,
    correct integer not null,
    answers_hash bigint not null,
    is_erased boolean not null default false,
    primary key (time_zone, platform, day, learner_id, tenant),
    check (attempts > 0 and correct between 0 and attempts)
);
create index learner_attempt_day_of_learner on marts.learner_attempt_day (platform, learner_id);
comment on table marts.learner_attempt_day is 'Answers of a learner on a local day';
comment on column marts.learner_attempt_day.time_zone is 'Time zone that cuts the day';
comment on column marts.learner_attempt_day.platform is 'Platform';
comment on column marts.learner_attempt_day.day is 'Local day of the answers';
comment on column marts.learner_attempt_day.learner_id is 'Learner; a meaningless number where is_erased';
comment on column marts.learner_attempt_day.tenant is 'Tenant of the learner';
comment on column marts.learner_attempt_day.attempts is 'Answers that were judged right or wrong';
comment on column marts.learner_attempt_day.correct is 'Of these, right';
comment on column marts.learner_attempt_day.answers_hash is
    'Another one when any of the answers is: learners of a recomputed day whose hash stayed have nothing to compute anew';
comment on column marts.learner_attempt_day.is_erased is 'Whether the person was erased: the row stands as an anonymous contribution and is never recomputed';

create table marts.touched_learner (
    platform text not null,
    learner_id uuid not null,
    noted_at timestamptz not null default now()
);
comment on table marts.touched_learner is
    'Learners whose answers changed on a day that was computed since their rows in item_response and learner_skill were: noted with the day, so that a refresh that is ended between the two is made good by the next';
comment on column marts.touched_learner.platform is 'Platform';
comment on column marts.touched_learner.learner_id is 'Learner';
comment on column marts.touched_learner.noted_at is 'When the day was computed';

create table marts.skill_parameter (
    platform text not null,
    skill_id uuid not null,
    prior double precision not null,
    learn double precision not null,
    guess double precision not null,
    slip double precision not null,
    forget double precision not null,
    primary key (platform, skill_id)
);
comment on table marts.skill_parameter is 'Parameters of a skill with which the answers in learner_skill were replayed (definition P1), as the platform had them';
comment on column marts.skill_parameter.platform is 'Platform';
comment on column marts.skill_parameter.skill_id is 'Skill';
comment on column marts.skill_parameter.prior is 'Probability of knowing before the first answer';
comment on column marts.skill_parameter.learn is 'Probability of learning at an opportunity';
comment on column marts.skill_parameter.guess is 'Probability of a right answer without knowing';
comment on column marts.skill_parameter.slip is 'Probability of a wrong answer in spite of knowing';
comment on column marts.skill_parameter.forget is 'Probability of forgetting between two answers';

create table marts.item_response (
    platform text not null,
    item_id uuid not null,
    learner_id uuid not null,
    tenant text not null,
    skill_id uuid not null,
    first_at timestamptz not null,
    is_correct boolean not null,
    response_ms bigint,
    attempts integer not null,
    correct integer not null,
    last_at timestamptz not null,
    is_erased boolean not null default false,
    primary key (platform, item_id, learner_id),
    check (correct between 0 and attempts and first_at <= last_at)
);
create index item_response_of_learner on marts.item_response (platform, learner_id);
comment on table marts.item_response is 'What a learner made of an item: the first answer, which item statistics are about (definition P6), and how many followed';
comment on column marts.item_response.platform is 'Platform';
comment on column marts.item_response.item_id is 'Item answered';
comment on column marts.item_response.learner_id is 'Learner; a meaningless number where is_erased';
comment on column marts.item_response.tenant is 'Tenant of the learner';
comment on column marts.item_response.skill_id is 'Skill the item exercises; all zeros where it names none';
comment on column marts.item_response.first_at is 'Time of the first answer';
comment on column marts.item_response.is_correct is 'Whether the first answer was right';
comment on column marts.item_response.response_ms is 'Time to the first answer in milliseconds';
comment on column marts.item_response.attempts is 'Answers of the learner to the item';
comment on column marts.item_response.correct is 'Of these, right';
comment on column marts.item_response.last_at is 'Time of the last answer';
comment on column marts.item_response.is_erased is 'Whether the person was erased: the row stands as an anonymous contribution and is never recomputed';

create table marts.learner_skill (
    platform text not null,
    learner_id uuid not null,
    skill_id uuid not null,
    tenant text not null,
    answers integer not null,
    correct integer not null,
    opportunities smallint not null,
    outcomes bit varying(50) not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    log_odds double precision,
    mastered_at timestamptz,
    answers_to_mastery integer,
    is_erased boolean not null default false,
    primary key (platform, learner_id, skill_id),
    check (correct between 0 and answers and opportunities between 0 and answers and first_at <= last_at),
    check (length(outcomes) = least(opportunities, 50)),
    check ((mastered_at is null) = (answers_to_mastery is null) and answers_to_mastery between 1 and answers)
);
create index learner_skill_of_skill on marts.learner_skill (platform, skill_id);
comment on table marts.learner_skill is 'Where a learner stands in a skill: answers, outcomes of the opportunities (definition P4), the replay of the answers (definition P1)';
comment on column marts.learner_skill.platform is 'Platform';
comment on column marts.learner_skill.learner_id is 'Learner; a meaningless number where is_erased';
comment on column marts.learner_skill.skill_id is 'Skill';
comment on column marts.learner_skill.tenant is 'Tenant of the learner';
comment on column marts.learner_skill.answers is 'Answers to items of the skill';
comment on column marts.learner_skill.correct is 'Of these, right';
comment on column marts.learner_skill.opportunities is 'First answers to items of the skill';
comment on column marts.learner_skill.outcomes is 'The first 50 of these in order: 1 right, 0 wrong';
comment on column marts.learner_skill.first_at is 'Time of the first answer';
comment on column marts.learner_skill.last_at is 'Time of the last answer';
comment on column marts.learner_skill.log_odds is 'Log-odds of knowing the skill after the last answer; empty where no parameters are known';
comment on column marts.learner_skill.mastered_at is 'Time of the answer after which the probability of knowing was at least 0.95 for the first time';
comment on column marts.learner_skill.answers_to_mastery is 'Answers up to and with that one';
comment on column marts.learner_skill.is_erased is 'Whether the person was erased: the row stands as an anonymous contribution and is never recomputed';

create table marts.skill_opportunity (
    platform text not null,
    tenant text not null,
    skill_id uuid not null,
    reached smallint not null check (reached between 1 and 50),
    opportunity smallint not null check (opportunity >= 1),
    learners bigint not null,
    errors bigint not null,
    primary key (platform, tenant, skill_id, reached, opportunity),
    check (opportunity <= reached and errors between 0 and learners)
);
comment on table marts.skill_opportunity is 'Errors at each opportunity of a skill, by how many opportunities the learners had: sums over reached give the learning curve, one value of it the view without attrition (definition P4)';
comment on column marts.skill_opportunity.platform is 'Platform';
comment on column marts.skill_opportunity.tenant is 'Tenant of the learners';
comment on column marts.skill_opportunity.skill_id is 'Skill';
comment on column marts.skill_opportunity.reached is 'Opportunities the learners had so far, 50 for 50 and more';
comment on column marts.skill_opportunity.opportunity is 'Number of the opportunity, from 1';
comment on column marts.skill_opportunity.learners is 'Learners';
comment on column marts.skill_opportunity.errors is 'Of these, wrong at this opportunity';

create table marts.bkt_fit (
    platform text not null,
    skill_id uuid not null,
    cut_off timestamptz not null,
    definition text not null,
    answers bigint not null,
    learners bigint not null,
    prior double precision,
    learn double precision,
    guess double precision,
    slip double precision,
    log_likelihood double precision,
    iterations integer,
    state text not null check (state in ('fitted', 'few answers', 'degenerate')),
    fitted_at timestamptz not null default now(),
    primary key (platform, skill_id, cut_off)
);
comment on table marts.bkt_fit is 'Parameters of knowledge tracing fitted to the answers before a cut-off (definition P1): a fit is not repeated, a report can be';
comment on column marts.bkt_fit.platform is 'Platform';
comment on column marts.bkt_fit.skill_id is 'Skill';
comment on column marts.bkt_fit.cut_off is 'Only answers that happened and were recorded before this instant were used';
comment on column marts.bkt_fit.definition is 'Hash of the code and settings that fitted it';
comment on column marts.bkt_fit.answers is 'Answers used';
comment on column marts.bkt_fit.learners is 'Learners who gave them';
comment on column marts.bkt_fit.prior is 'Probability of knowing before the first answer';
comment on column marts.bkt_fit.learn is 'Probability of learning at an opportunity';
comment on column marts.bkt_fit.guess is 'Probability of a right answer without knowing';
comment on column marts.bkt_fit.slip is 'Probability of a wrong answer in spite of knowing';
comment on column marts.bkt_fit.log_likelihood is 'Log-likelihood of the answers under these parameters';
comment on column marts.bkt_fit.iterations is 'Iterations of the EM algorithm';
comment on column marts.bkt_fit.state is 'fitted; few answers (under 50); degenerate (the estimate stands at a bound)';
comment on column marts.bkt_fit.fitted_at is 'When it was fitted';

create table marts.item_fit (
    platform text not null,
    item_id uuid not null,
    cut_off timestamptz not null,
    definition text not null,
    learners bigint not null,
    correct bigint not null,
    rest_correlation double precision,
    discrimination double precision,
    difficulty double precision,
    guessing double precision,
    discrimination_error double precision,
    difficulty_error double precision,
    infit double precision,
    outfit double precision,
    fitted_at timestamptz not null default now(),
    primary key (platform, item_id, cut_off)
);
comment on table marts.item_fit is 'Statistics of an item over the first answers before a cut-off (definition P6)';
comment on column marts.item_fit.platform is 'Platform';
comment on column marts.item_fit.item_id is 'Item';
comment on column marts.item_fit.cut_off is 'Only answers that happened and were recorded before this instant were used';
comment on column marts.item_fit.definition is 'Hash of the code and settings that fitted it';
comment on column marts.item_fit.learners is 'Learners whose answers were used: all who answered it, of a large platform those drawn';
comment on column marts.item_fit.correct is 'Of these, right at the first attempt';
comment on column marts.item_fit.rest_correlation is 'Point-biserial correlation with the rest score; empty where it is not defined';
comment on column marts.item_fit.discrimination is 'Re-estimated a, guessing held at its stored value';
comment on column marts.item_fit.difficulty is 'Re-estimated b';
comment on column marts.item_fit.guessing is 'Stored c, or 0';
comment on column marts.item_fit.discrimination_error is 'Standard error of a';
comment on column marts.item_fit.difficulty_error is 'Standard error of b';
comment on column marts.item_fit.infit is 'Information-weighted mean square of the residuals';
comment on column marts.item_fit.outfit is 'Mean square of the standardised residuals';
comment on column marts.item_fit.fitted_at is 'When it was computed';

-- In the rows by day and item a person cannot be told from others: their share is taken out of these and added to a row of its own, which is
-- not computed anew when their answers are gone.
create function marts.part_attempts(platform text, learner uuid) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    create temporary table parted on commit drop as
    select z.time_zone, (f.occurred_at at time zone z.time_zone)::date as day, f.tenant,
           coalesce(f.skill_id, '00000000-0000-0000-0000-000000000000') as skill_id,
           coalesce(f.item_id, '00000000-0000-0000-0000-000000000000') as item_id,
           count(*) as attempts,
           count(*) filter (where f.is_correct) as correct,
           sum(coalesce(f.score_ratio, f.is_correct::integer::double precision)) as score_sum,
           count(t.log_ms) as timed,
           coalesce(sum(t.log_ms), 0) as log_ms_sum,
           coalesce(sum(t.log_ms * t.log_ms), 0) as log_ms_square_sum
    from marts.fact_attempt as f
    cross join (select distinct r.time_zone from marts.attempt_day as r where r.platform = $1) as z
    cross join lateral (select ln((case when f.response_ms > 0 then f.response_ms end)::double precision) as log_ms) as t
    where f.platform = $1
      and f.learner_id = $2
      and f.is_correct is not null
      and not exists (
        select from marts.sealed_range as s
        where s.platform = $1 and s.fact = 'fact_attempt' and f.occurred_at >= s.from_at and f.occurred_at < s.until_at
      )
    group by 1, 2, 3, 4, 5;
    update marts.attempt_day as r
    set attempts = greatest(r.attempts - p.attempts, 0),
        correct = least(greatest(r.correct - p.correct, 0), greatest(r.attempts - p.attempts, 0)),
        score_sum = r.score_sum - p.score_sum,
        timed = least(greatest(r.timed - p.timed, 0), greatest(r.attempts - p.attempts, 0)),
        log_ms_sum = r.log_ms_sum - p.log_ms_sum,
        log_ms_square_sum = r.log_ms_square_sum - p.log_ms_square_sum
    from pg_temp.parted as p
    where r.platform = $1 and not r.is_erased
      and (r.time_zone, r.day, r.tenant, r.skill_id, r.item_id) = (p.time_zone, p.day, p.tenant, p.skill_id, p.item_id);
    delete from marts.attempt_day as r
    using pg_temp.parted as p
    where r.platform = $1 and not r.is_erased and r.attempts = 0
      and (r.time_zone, r.day, r.tenant, r.skill_id, r.item_id) = (p.time_zone, p.day, p.tenant, p.skill_id, p.item_id);
    insert into marts.attempt_day as r (time_zone, platform, day, tenant, skill_id, item_id, attempts, correct, score_sum, timed, log_ms_sum,
                                        log_ms_square_sum, is_erased)
    select p.time_zone, $1, p.day, p.tenant, p.skill_id, p.item_id, p.attempts, p.correct, p.score_sum, p.timed, p.log_ms_sum,
           p.log_ms_square_sum, true
    from pg_temp.parted as p
    on conflict on constraint attempt_day_pkey do update
    set attempts = r.attempts + excluded.attempts, correct = r.correct + excluded.correct, score_sum = r.score_sum + excluded.score_sum,
        timed = r.timed + excluded.timed, log_ms_sum = r.log_ms_sum + excluded.log_ms_sum,
        log_ms_square_sum = r.log_ms_square_sum + excluded.log_ms_square_sum;
    drop table pg_temp.parted;
end
$$;
comment on function marts.part_attempts(text, uuid) is
    'Parts the answers of a person from those of others in attempt_day; only marts.anonymise_learner calls it';
revoke execute on function marts.part_attempts(text, uuid) from public;

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
    perform marts.part_attempts($1, $2);
    update marts.learner_attempt_day as d set learner_id = stand_in, is_erased = true where d.platform = $1 and d.learner_id = $2;
    update marts.item_response as r set learner_id = stand_in, is_erased = true where r.platform = $1 and r.learner_id = $2;
    update marts.learner_skill as s set learner_id = stand_in, is_erased = true where s.platform = $1 and s.learner_id = $2;
    delete from marts.touched_learner as t where t.platform = $1 and t.learner_id = $2;
    return days;
end
$$;

-- The name of a tenant stands in the rollups of answers, too.
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
         where o.%1$I <> n.%1$I and d.platform = $1 and d.time_zone = ''UTC'' and not d.is_erased
         union
         select distinct a.platform, ''fact_attempt'', a.day
         from old_rows as o
         join new_rows as n using (id)
         join marts.learner_attempt_day as a on a.tenant = o.%1$I
         where o.%1$I <> n.%1$I and a.platform = $1 and a.time_zone = ''UTC'' and not a.is_erased', tg_argv[0])
    using tg_table_schema::text;
    return null;
end
$$;

-- Reports fit with the reading role; a fit is written once, and only whole.
create function marts.keep_bkt_fit(fits jsonb) returns bigint
    language sql security definer set search_path = pg_catalog, pg_temp
as $$
    with kept as (
        insert into marts.bkt_fit (platform, skill_id, cut_off, definition, answers, learners, prior, learn, guess, slip, log_likelihood,
                                   iterations, state)
        select r.platform, r.skill_id, r.cut_off, r.definition, r.answers, r.learners, r.prior, r.learn, r.guess, r.slip, r.log_likelihood,
               r.iterations, r.state
        from jsonb_to_recordset($1) as r (
            platform text, skill_id uuid, cut_off timestamptz, definition text, answers bigint, learners bigint, prior double precision,
            learn double precision, guess double precision, slip double precision, log_likelihood double precision, iterations integer,
            state text
        )
        on conflict (platform, skill_id, cut_off) do update
        set definition = excluded.definition, answers = excluded.answers, learners = excluded.learners, prior = excluded.prior,
            learn = excluded.learn, guess = excluded.guess, slip = excluded.slip, log_likelihood = excluded.log_likelihood,
            iterations = excluded.iterations, state = excluded.state, fitted_at = excluded.fitted_at
        returning 1
    )
    select count(*) from kept
$$;
comment on function marts.keep_bkt_fit(jsonb) is
    'Keeps fitted parameters of skills, replacing those of the same cut-off, and returns how many; call it in a read-write transaction of its own and commit';

create function marts.keep_item_fit(fits jsonb) returns bigint
    language sql security definer set search_path = pg_catalog, pg_temp
as $$
    with kept as (
        insert into marts.item_fit (platform, item_id, cut_off, definition, learners, correct, rest_correlation, discrimination, difficulty,
                                    guessing, discrimination_error, difficulty_error, infit, outfit)
        select r.platform, r.item_id, r.cut_off, r.definition, r.learners, r.correct, r.rest_correlation, r.discrimination, r.difficulty,
               r.guessing, r.discrimination_error, r.difficulty_error, r.infit, r.outfit
        from jsonb_to_recordset($1) as r (
            platform text, item_id uuid, cut_off timestamptz, definition text, learners bigint, correct bigint,
            rest_correlation double precision, discrimination double precision, difficulty double precision, guessing double precision,
            discrimination_error double precision, difficulty_error double precision, infit double precision, outfit double precision
        )
        on conflict (platform, item_id, cut_off) do update
        set definition = excluded.definition, learners = excluded.learners, correct = excluded.correct,
            rest_correlation = excluded.rest_correlation, discrimination = excluded.discrimination, difficulty = excluded.difficulty,
            guessing = excluded.guessing, discrimination_error = excluded.discrimination_error,
            difficulty_error = excluded.difficulty_error, infit = excluded.infit, outfit = excluded.outfit, fitted_at = excluded.fitted_at
        returning 1
    )
    select count(*) from kept
$$;
comment on function marts.keep_item_fit(jsonb) is
    'Keeps statistics of items, replacing those of the same cut-off, and returns how many; call it in a read-write transaction of its own and commit';

revoke execute on function marts.keep_bkt_fit(jsonb), marts.keep_item_fit(jsonb) from public;
grant execute on function marts.keep_bkt_fit(jsonb), marts.keep_item_fit(jsonb) to workbench_loader, workbench_reader, workbench_identified;

grant select on marts.attempt_day, marts.learner_attempt_day, marts.touched_learner, marts.skill_parameter, marts.item_response,
    marts.learner_skill, marts.skill_opportunity, marts.bkt_fit, marts.item_fit
    to workbench_reader, workbench_identified;
grant select, insert, update, delete on marts.attempt_day, marts.learner_attempt_day, marts.touched_learner, marts.skill_parameter,
    marts.item_response, marts.learner_skill, marts.skill_opportunity, marts.bkt_fit, marts.item_fit
    to workbench_loader;
