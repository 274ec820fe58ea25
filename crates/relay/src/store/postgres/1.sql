CREATE TABLE workspaces (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, workspace bytea NOT NULL UNIQUE, incarnation bytea NOT NULL,
  head bigint NOT NULL, h bytea NOT NULL, chain_head bytea NOT NULL, chain_length integer NOT NULL);
CREATE TABLE frames (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, workspace bigint NOT NULL, head bytea NOT NULL);
CREATE TABLE items (
  workspace bigint NOT NULL, seq bigint NOT NULL, item_id bytea NOT NULL, doc_tag bytea NOT NULL,
  generation integer NOT NULL, frame bigint NOT NULL, position integer NOT NULL,
  hash bytea NOT NULL, h bytea NOT NULL, body bytea, PRIMARY KEY (workspace, seq));
CREATE UNIQUE INDEX items_by_name ON items (workspace, item_id);
CREATE TABLE salts (
  workspace bigint NOT NULL, doc_tag bytea NOT NULL, salt bytea NOT NULL, PRIMARY KEY (workspace, doc_tag, salt));
CREATE TABLE chain (
  workspace bigint NOT NULL, position integer NOT NULL, entry bytea NOT NULL, PRIMARY KEY (workspace, position));
CREATE TABLE cursors (
  workspace bigint NOT NULL, device bytea NOT NULL, seq bigint NOT NULL, PRIMARY KEY (workspace, device));
