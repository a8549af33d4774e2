-- One row per skill at fault: its learners have other opportunities, or other outcomes of them, than first answers (definition P4).
with first_answer as (
    select
        platform,
        skill_id,
        count(*) as opportunities
    from marts.item_response
    where skill_id <> '00000000-0000-0000-0000-000000000000'
    group by 1, 2
), counted as (
    select
        platform,
        skill_id,
        sum(opportunities) as opportunities
    from marts.learner_skill
    where opportunities > 0
    group by 1, 2
)
select
    platform,
    skill_id
from first_answer as f
full join counted as c using (platform, skill_id)
where f.opportunities is distinct from c.opportunities
