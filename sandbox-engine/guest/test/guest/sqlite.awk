# Writes a long SQL script for SQLite's shell, the same one each time: thousands of random changes and questions to a
# file database in write-ahead mode, with indexes, triggers, savepoints, full text, R-trees, JSON and window functions.
#   awk -v statements=4000 -f sqlite.awk </dev/null
function random(n) {
	seed = (seed * 16807) % 2147483647
	return seed % n
}
function word(   n, text) {
	text = ""
	for (n = 2 + random(7); n > 0; n--)
		text = text substr("etaoinshrdlucmfwyp", 1 + random(18), 1)
	return text
}
function number() {
	return sprintf("%d.%06de%d", random(2000) - 1000, random(1000000), random(40) - 20)
}
BEGIN {
	seed = 20240229
	print ".bail off\n.open differential.db\nPRAGMA journal_mode=WAL;\nPRAGMA cache_size=50;"
	print "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, price REAL, body BLOB, parent INTEGER REFERENCES item);"
	print "CREATE INDEX item_name ON item(name, price DESC);\nCREATE INDEX item_even ON item(price) WHERE id % 2 = 0;"
	print "CREATE TABLE log(at INTEGER PRIMARY KEY, what TEXT);"
	print "CREATE TRIGGER item_gone AFTER DELETE ON item BEGIN INSERT INTO log(what) VALUES(old.name || ' went'); END;"
	print "CREATE VIRTUAL TABLE words USING fts5(text);\nCREATE VIRTUAL TABLE place USING rtree(id, x0, x1, y0, y1);"
	print "CREATE VIEW dear AS SELECT name, sum(price) AS total FROM item GROUP BY name HAVING count(*) > 1;"
	for (i = 1; i <= statements; i++) {
		kind = random(20)
		if (i % 50 == 1) print "BEGIN;"
		if (kind < 7)
			printf "INSERT INTO item(name, price, body, parent) VALUES('%s', %s, zeroblob(%d) || x'C0FFEE', %d);\n",
				word(), number(), random(3000), random(i) + 1
		else if (kind < 8)
			printf "INSERT INTO words VALUES('%s %s %s %s');\n", word(), word(), word(), word()
		else if (kind < 9)
			printf "INSERT INTO place VALUES(%d, %d, %d, %d, %d);\n", i, x = random(1000), x + random(50), y = random(1000), y + random(50)
		else if (kind < 11)
			printf "UPDATE item SET price = price * %s, name = upper(name) || '%s' WHERE id %% %d = %d;\n", number(), word(), 7 + random(20), random(7)
		else if (kind < 12)
			printf "DELETE FROM item WHERE id %% %d = 3;\n", 30 + random(50)
		else if (kind < 13)
			printf "SELECT name, price, length(body), hex(substr(body, 1, 3)) FROM item WHERE price > %s ORDER BY price, id LIMIT 5;\n", number()
		else if (kind < 14)
			printf "SELECT id, price, sum(price) OVER (ORDER BY id ROWS 3 PRECEDING), rank() OVER (ORDER BY name) FROM item WHERE id BETWEEN %d AND %d;\n", j = random(i), j + 6
		else if (kind < 15)
			printf "WITH RECURSIVE up(id, depth) AS (SELECT %d, 0 UNION SELECT parent, depth + 1 FROM item JOIN up USING(id) WHERE depth < 20) SELECT count(*), max(depth) FROM up;\n", random(i) + 1
		else if (kind < 16)
			printf "SELECT printf('%%.15g|%%+10.3e|%%x', %s, %s, %d), round(%s, 3), sin(%d), sqrt(%d), typeof(%s);\n",
				number(), number(), random(99999), number(), random(100), random(1000), number()
		else if (kind < 17)
			printf "SELECT count(*), group_concat(text, '; ') FROM (SELECT text FROM words WHERE words MATCH '%s*' ORDER BY rowid);\n", substr(word(), 1, 2)
		else if (kind < 18)
			printf "SELECT count(*), min(id) FROM place WHERE x1 > %d AND x0 < %d AND y0 < %d;\n", x = random(1000), x + 100, random(1000)
		else if (kind < 19)
			printf "SELECT json_extract('{\"%s\":[%d,{\"b\":%s}]}', '$'), json_array_length(json_array(%d, '%s')), datetime(%d, 'unixepoch', '+%d days', 'weekday 2');\n",
				word(), random(100), number(), random(9), word(), random(2000000000), random(900)
		else
			printf "SAVEPOINT s; UPDATE item SET body = zeroblob(%d) WHERE id %% 11 = %d; %s s; SELECT total FROM dear ORDER BY name LIMIT 2; RELEASE s;\n",
				random(9000), random(11), random(2) ? "ROLLBACK TO" : "RELEASE"
		if (i % 50 == 0) print random(4) ? "COMMIT;" : "ROLLBACK;"
		if (i % 500 == 0) print "PRAGMA integrity_check;\nPRAGMA wal_checkpoint(TRUNCATE);\nANALYZE;\nSELECT * FROM sqlite_stat1 ORDER BY 1, 2;"
	}
	print "COMMIT;\nINSERT INTO item(id) VALUES(1); INSERT INTO item(id) VALUES(1);\nSELECT nonsense;\nVACUUM;\nPRAGMA integrity_check;"
	print "SELECT count(*), total(price), sum(length(body)) FROM item;\nSELECT count(*), max(what) FROM log;\n.dump log\n.schema"
}
