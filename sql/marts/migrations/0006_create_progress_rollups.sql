-- Rollups of progress. One row per local day and item, per learner and item, per learner and skill, per skill and opportunity, or per fit of a model.

create table marts.attempt_day (
    time_zone text not null,
    platform text not null,
    day date not null,
    tenant text not null,
    skill_id uuid not null,
    item_id uuid not null,
    attempts bigint not null,
    correct bigint not null,
    first_attempts bigint not null,
    first_correct bigint not null,
    score_sum double precision not null,
    timed bigint not null,
    log_ms_sum double precision not null,
    log_ms_square_sum double precision not null,
    primary key (time_zone, platform, day, tenant, skill_id, item_id),
    check (correct between 0 and attempts and first_correct between 0 and first_attempts and first_attempts <= attempts)
);
comment on table marts.attempt_day is 'Answers to an item on a local day: how many, right, at the first attempt, how fast';
comment on column marts.attempt_day.time_zone is 'Time zone that cuts the day';
comment on column marts.attempt_day.platform is 'Platform';
comment on column marts.attempt_day.day is 'Local day of the answer';
comment on column marts.attempt_day.tenant is 'Tenant of the learner';
comment on column marts.attempt_day.skill_id is 'Skill the item exercises; all zeros where it names none';
comment on column marts.attempt_day.item_id is 'Item answered';
comment on column marts.attempt_day.attempts is 'Answers';
comment on column marts.attempt_day.correct is 'Of these, right';
comment on column marts.attempt_day.first_attempts is 'Answers that are the learner''s first to the item';
comment on column marts.attempt_day.first_correct is 'Of these, right';
comment on column marts.attempt_day.score_sum is 'Sum of the shares of the points, 0 to 1 each';
comment on column marts.attempt_day.timed is 'Answers with a positive response time';
comment on column marts.attempt_day.log_ms_sum is 'Sum of the natural logarithms of their response times in milliseconds';
comment on column marts.attempt_day.log_ms_square_sum is 'Sum of the squares of those logarithms';

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
    primary key (platform, item_id, learner_id)
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
    primary key (platform, learner_id, skill_id)
);
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
comment on column marts.item_fit.learners is 'Learners who answered it';
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

grant select on marts.attempt_day, marts.item_response, marts.learner_skill, marts.skill_opportunity, marts.bkt_fit, marts.item_fit
    to workbench_reader, workbench_identified;
grant select, insert, update, delete on marts.attempt_day, marts.item_response, marts.learner_skill, marts.skill_opportunity, marts.bkt_fit, marts.item_fit
    to workbench_loader;
