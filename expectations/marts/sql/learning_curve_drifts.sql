-- One row per opportunity at fault: learners or errors are not those of the outcomes of the learners (definition P4).
with made as (
    select
        s.platform,
        s.tenant,
        s.skill_id,
        length(s.outcomes) as reached,
        g.opportunity,
        sum(s.learners) as learners,
        coalesce(sum(s.learners) filter (where get_bit(s.outcomes, g.opportunity - 1) = 0), 0) as errors
    from (
        select
            platform,
            tenant,
            skill_id,
            outcomes,
            count(*) as learners
        from marts.learner_skill
        group by 1, 2, 3, 4
    ) as s
    cross join lateral generate_series(1, length(s.outcomes)) as g(opportunity)
    group by 1, 2, 3, 4, 5
)
select
    platform,
    tenant,
    skill_id,
    reached,
    opportunity
from made as m
full join marts.skill_opportunity as o using (platform, tenant, skill_id, reached, opportunity)
where (m.learners, m.errors) is distinct from (o.learners, o.errors)
