-- Removes the references of the RAG tables to accounts.
alter table mued.provenance drop constraint fk_provenance_acquired_by;
alter table mued.ai_dialogue_log drop constraint fk_ai_dialogue_user;
