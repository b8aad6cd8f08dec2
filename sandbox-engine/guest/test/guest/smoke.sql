.open /tmp/test.db
PRAGMA journal_mode = WAL;
CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 20000)
  INSERT INTO t SELECT x, 'row ' || x FROM c;
CREATE INDEX i ON t (b);
SELECT count(*), sum(a), max(b) FROM t;
PRAGMA wal_checkpoint(TRUNCATE);
DELETE FROM t WHERE a % 3 = 0;
VACUUM;
PRAGMA integrity_check;
SELECT count(*) FROM t WHERE b LIKE 'row 1%';
BEGIN; INSERT INTO t VALUES (1000000, 'x'); ROLLBACK;
SELECT count(*) FROM t WHERE b = 'x';
PRAGMA journal_mode = DELETE;
ATTACH '/tmp/two.db' AS two;
CREATE TABLE two.z AS SELECT * FROM t LIMIT 5;
SELECT group_concat(b, ', ') FROM two.z;
CREATE VIRTUAL TABLE words USING fts5(w);
INSERT INTO words VALUES ('the quick brown fox'), ('lazy dogs');
SELECT w FROM words WHERE words MATCH 'quick';
SELECT sqlite_version() >= '3.40', round(sin(1.0), 6), typeof(random());
.quit
