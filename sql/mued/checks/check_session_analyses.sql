-- One row per analysis: the key, and what checks may know of its findings.
create view mued.check_session_analyses as
select
    id,
    coalesce(jsonb_typeof(results) = 'object', false) as results_are_object
from mued.session_analyses;

comment on view mued.check_session_analyses is 'Analyses as checks see them: the key and a truth value about the findings.';
comment on column mued.check_session_analyses.id is 'Identity of the analysis.';
comment on column mued.check_session_analyses.results_are_object is 'Whether the findings are a JSON object.';
