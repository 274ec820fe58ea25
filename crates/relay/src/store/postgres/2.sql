-- Ciphertext does not compress: trying costs processor time for every item.
ALTER TABLE items ALTER COLUMN body SET STORAGE EXTERNAL;
