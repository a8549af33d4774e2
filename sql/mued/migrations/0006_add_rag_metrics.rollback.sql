-- Removes the RAG tables with everything in them, then the function and the enums they used.
drop table mued.plugin_registry;
drop table mued.rag_metrics_history;
drop table mued.provenance;
drop table mued.ai_dialogue_log;
drop function mued.touch_citing_days();
drop function mued.cited_ids(jsonb);
drop function mued.expires_at(timestamptz, integer);
drop type mued.license_type;
drop type mued.acquisition_method;
drop type mued.content_type;
