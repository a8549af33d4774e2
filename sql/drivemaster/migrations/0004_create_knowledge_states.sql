-- One row per learner and concept: knowledge tracing and spaced repetition; spread over eight partitions by learner.

create table drivemaster.knowledge_states (
    user_id uuid not null,
    concept_id uuid not null,
    initial_knowledge double precision not null default 0.4,
    learning_rate double precision not null default 0.15,
    guess_parameter double precision not null default 0.2,
    slip_parameter double precision not null default 0.1,
    mastery_probability double precision not null default 0.4,
    temporal_decay double precision not null default 1.0,
    personal_learning_velocity double precision not null default 1.0,
    easiness numeric(4, 2) not null default 2.5,
    repetitions integer not null default 0,
    interval_days integer not null default 0,
    due_at timestamptz,
    total_attempts bigint not null default 0,
    correct_attempts bigint not null default 0,
    last_interaction timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint knowledge_states_pkey primary key (user_id, concept_id),
    constraint knowledge_states_user_fkey foreign key (user_id) references drivemaster.users (id) on delete cascade,
    constraint knowledge_states_concept_fkey foreign key (concept_id) references drivemaster.concepts (id),
    constraint knowledge_states_initial_range check (initial_knowledge between 0 and 1),
    constraint knowledge_states_learning_range check (learning_rate between 0 and 1),
    constraint knowledge_states_guess_range check (guess_parameter between 0 and 0.5),
    constraint knowledge_states_slip_range check (slip_parameter between 0 and 0.5),
    constraint knowledge_states_informative check (1 - slip_parameter > guess_parameter),
    constraint knowledge_states_mastery_range check (mastery_probability between 0 and 1),
    constraint knowledge_states_decay_range check (temporal_decay between 0.9 and 1.0),
    constraint knowledge_states_velocity_range check (personal_learning_velocity > 0 and personal_learning_velocity < 'infinity'),
    constraint knowledge_states_easiness_floor check (easiness >= 1.3),
    constraint knowledge_states_schedule_range check (repetitions >= 0 and interval_days >= 0),
    constraint knowledge_states_attempts_order check (correct_attempts between 0 and total_attempts)
) partition by hash (user_id);
create table drivemaster.knowledge_states_0 partition of drivemaster.knowledge_states for values with (modulus 8, remainder 0);
create table drivemaster.knowledge_states_1 partition of drivemaster.knowledge_states for values with (modulus 8, remainder 1);
create table drivemaster.knowledge_states_2 partition of drivemaster.knowledge_states for values with (modulus 8, remainder 2);
create table drivemaster.knowledge_states_3 partition of drivemaster.knowledge_states for values with (modulus 8, remainder 3);
create table drivemaster.knowledge_states_4 partition of drivemaster.knowledge_states for values with (modulus 8, remainder 4);
create table drivemaster.knowledge_states_5 partition of drivemaster.knowledge_states for values with (modulus 8, remainder 5);
create table drivemaster.knowledge_states_6 partition of drivemaster.knowledge_states for values with (modulus 8, remainder 6);
create table drivemaster.knowledge_states_7 partition of drivemaster.knowledge_states for values with (modulus 8, remainder 7);
create index idx_knowledge_states_user_mastered on drivemaster.knowledge_states (user_id, last_interaction desc)
    include (mastery_probability) where mastery_probability > 0.8;
create index idx_knowledge_states_user_due on drivemaster.knowledge_states (user_id, due_at) where due_at is not null;
create index idx_knowledge_states_concept on drivemaster.knowledge_states (concept_id) include (mastery_probability);

grant select on drivemaster.knowledge_states to workbench_reader, workbench_identified;
grant select, insert, update, delete on drivemaster.knowledge_states to workbench_loader;

comment on table drivemaster.knowledge_states is 'What each learner knows of each concept, and when it is to be reviewed';
comment on table drivemaster.knowledge_states_0 is 'Knowledge states whose user_id hashes to 0 of 8';
comment on table drivemaster.knowledge_states_1 is 'Knowledge states whose user_id hashes to 1 of 8';
comment on table drivemaster.knowledge_states_2 is 'Knowledge states whose user_id hashes to 2 of 8';
comment on table drivemaster.knowledge_states_3 is 'Knowledge states whose user_id hashes to 3 of 8';
comment on table drivemaster.knowledge_states_4 is 'Knowledge states whose user_id hashes to 4 of 8';
comment on table drivemaster.knowledge_states_5 is 'Knowledge states whose user_id hashes to 5 of 8';
comment on table drivemaster.knowledge_states_6 is 'Knowledge states whose user_id hashes to 6 of 8';
comment on table drivemaster.knowledge_states_7 is 'Knowledge states whose user_id hashes to 7 of 8';
comment on column drivemaster.knowledge_states.user_id is 'Learner; decides the partition';
comment on column drivemaster.knowledge_states.concept_id is 'Concept';
comment on column drivemaster.knowledge_states.initial_knowledge is 'Knowledge tracing: probability of knowing before the first answer';
comment on column drivemaster.knowledge_states.learning_rate is 'Knowledge tracing: probability of learning with an answer';
comment on column drivemaster.knowledge_states.guess_parameter is 'Knowledge tracing: probability of a right answer without knowing, 0 to 0.5';
comment on column drivemaster.knowledge_states.slip_parameter is 'Knowledge tracing: probability of a wrong answer in spite of knowing, 0 to 0.5';
comment on column drivemaster.knowledge_states.mastery_probability is 'Knowledge tracing: probability of knowing after the last answer';
comment on column drivemaster.knowledge_states.temporal_decay is 'Forgetting factor, 0.9 to 1.0; stored, takes no part in the replay';
comment on column drivemaster.knowledge_states.personal_learning_velocity is 'Individual learning speed; stored, takes no part in the replay';
comment on column drivemaster.knowledge_states.easiness is 'Spaced repetition: easiness factor, at least 1.3';
comment on column drivemaster.knowledge_states.repetitions is 'Spaced repetition: successful reviews in a row';
comment on column drivemaster.knowledge_states.interval_days is 'Spaced repetition: current interval in days';
comment on column drivemaster.knowledge_states.due_at is 'Spaced repetition: when the next review is due';
comment on column drivemaster.knowledge_states.total_attempts is 'Answers so far';
comment on column drivemaster.knowledge_states.correct_attempts is 'Right answers so far';
comment on column drivemaster.knowledge_states.last_interaction is 'Last answer';
comment on column drivemaster.knowledge_states.created_at is 'When the state was opened';
comment on column drivemaster.knowledge_states.updated_at is 'When the row was last changed';
