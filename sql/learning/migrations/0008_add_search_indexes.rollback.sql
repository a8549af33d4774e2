-- Takes away the search indexes. The extension stays: it belongs to the whole database and others may use it.
drop index learning.idx_users_present;
drop index learning.idx_user_feedback_metadata;
drop index learning.idx_generated_assets_metadata;
drop index learning.idx_content_chunks_metadata;
drop index learning.idx_study_materials_metadata;
drop index learning.idx_content_chunks_search;
drop index learning.idx_content_chunks_content_trgm;
drop index learning.idx_study_materials_search;
drop index learning.idx_study_materials_title_trgm;
