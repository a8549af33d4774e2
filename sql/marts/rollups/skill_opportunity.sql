-- One row per tenant, skill, number of opportunities reached and opportunity: learners and errors, of the skills of the batch (definition P4).
-- name: skill_opportunity(platform)!
insert into marts.skill_opportunity (platform, tenant, skill_id, reached, opportunity, learners, errors)
select s.platform, s.tenant, s.skill_id, length(s.outcomes), g.opportunity,
       sum(s.learners), coalesce(sum(s.learners) filter (where get_bit(s.outcomes, g.opportunity - 1) = 0), 0)
from (
    select r.platform, r.tenant, r.skill_id, r.outcomes, count(*) as learners
    from marts.learner_skill as r
    join batch_skill as b on b.skill_id = r.skill_id
    where r.platform = cast(:platform as text)
    group by r.platform, r.tenant, r.skill_id, r.outcomes
) as s
cross join lateral generate_series(1, length(s.outcomes)) as g(opportunity)
group by s.platform, s.tenant, s.skill_id, length(s.outcomes), g.opportunity
