-- Full-text and trigram search over titles and segments, look-up by metadata, and the indexes of what is not deleted. One row per word form in no table:
-- only indexes. The configuration is simple: it suits every language and depends on no dictionary.

create extension if not exists pg_trgm with schema public;

create index idx_study_materials_title_trgm on learning.study_materials using gin (title public.gin_trgm_ops);
create index idx_study_materials_search on learning.study_materials
    using gin (to_tsvector('simple', title || ' ' || coalesce(description, ''))) where deleted_at is null;
create index idx_content_chunks_content_trgm on learning.content_chunks using gin (content public.gin_trgm_ops);
create index idx_content_chunks_search on learning.content_chunks using gin (to_tsvector('simple', content));
create index idx_study_materials_metadata on learning.study_materials using gin (metadata jsonb_path_ops);
create index idx_content_chunks_metadata on learning.content_chunks using gin (metadata jsonb_path_ops);
create index idx_generated_assets_metadata on learning.generated_assets using gin (metadata jsonb_path_ops);
create index idx_user_feedback_metadata on learning.user_feedback using gin (metadata jsonb_path_ops);
create index idx_users_present on learning.users (created_at) where deleted_at is null and is_active;
