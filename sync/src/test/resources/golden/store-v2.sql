-- A store of schema version 2 as the software of that time left it.
CREATE TABLE store_schema (id INT PRIMARY KEY, version INT NOT NULL);
CREATE TABLE record_segment ( number BIGINT PRIMARY KEY, records BLOB NOT NULL, checksum BIGINT NOT NULL);
CREATE TABLE write_id_segment ( first_ordinal BIGINT PRIMARY KEY, id_count INT NOT NULL, write_ids VARBINARY(1048576) NOT NULL, checksum BIGINT NOT NULL);
CREATE TABLE replica_state ( id INT PRIMARY KEY, applied_slot BIGINT NOT NULL, chain_hash VARBINARY(32) NOT NULL, revision BIGINT NOT NULL, record_count BIGINT NOT NULL, write_id_window INT NOT NULL, first_write_ordinal BIGINT NOT NULL, next_write_ordinal BIGINT NOT NULL, horizon_millis BIGINT NOT NULL, first_segment BIGINT NOT NULL, next_segment BIGINT NOT NULL, checksum BIGINT NOT NULL);
INSERT INTO store_schema VALUES (1, 2);
INSERT INTO replica_state VALUES (1, 9, X'29bfd093252511858fac3d83aa38773f1356adc9a4216db07168e6463fbf5cbe', 0, 0, 50, 0, 0, -1, 1, 1, 313870703);
