-- Bytes of a workspace's items as the quota counts them; for what was there before reckoned with 40 bytes for the envelope.
ALTER TABLE workspaces ADD COLUMN bytes bigint NOT NULL DEFAULT 0;
UPDATE workspaces SET bytes = coalesce(
  (SELECT sum(octet_length(body) + 40) FROM items WHERE items.workspace = workspaces.id), 0);
