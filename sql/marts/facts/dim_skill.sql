-- One row per skill that items exercise: a concept, a segment of a material, a video. The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as uuid) as skill_id,
    cast(null as text) as name,
    cast(null as text) as category,
    cast(null as uuid[]) as prerequisites,
    cast(null as double precision) as minutes,
    cast(null as double precision) as prior,
    cast(null as double precision) as learn,
    cast(null as double precision) as guess,
    cast(null as double precision) as slip,
    cast(null as double precision) as forget
where false;

comment on view marts.dim_skill is 'One row per skill that items exercise: a concept, a segment of a material, a video.';
comment on column marts.dim_skill.platform is 'Platform the row comes from.';
comment on column marts.dim_skill.skill_id is 'Identity of the skill.';
comment on column marts.dim_skill.name is 'Name.';
comment on column marts.dim_skill.category is 'Area it belongs to; empty where the platform names none.';
comment on column marts.dim_skill.prerequisites is 'Skills to be mastered before, in the order of their identities; an empty list where the platform keeps none.';
comment on column marts.dim_skill.minutes is 'Minutes the platform estimates for learning it; empty where it does not.';
comment on column marts.dim_skill.prior is 'Probability of knowing it before the first answer by which the platform traces knowledge (definition P1); empty, as those that follow, where it does not.';
comment on column marts.dim_skill.learn is 'Probability of learning it at an opportunity.';
comment on column marts.dim_skill.guess is 'Probability of a right answer without knowing it.';
comment on column marts.dim_skill.slip is 'Probability of a wrong answer in spite of knowing it.';
comment on column marts.dim_skill.forget is 'Probability of forgetting it between two answers.';
