"""What a small job in Python does: text, numbers, digests, a database, files and channels."""
import collections
import datetime
import decimal
import hashlib
import io
import json
import operator
import os
import re
import sqlite3
import sys
import zlib

print("Python %d.%d" % sys.version_info[:2], sys.platform, sys.maxsize.bit_length())
print(json.dumps({"b": [1, 2.5, None, "ä"], "a": {"x": True}}, sort_keys=True), json.loads("[1e3, \"\\u00e9\"]"))
print(re.findall(r"(\w+)=(\d+)", "a=1, bc=22, d=x"), re.sub(r"(?<=a)b+", "-", "abbb ab cab"))
print(hashlib.sha256(b"abc").hexdigest()[:16], hashlib.md5(b"").hexdigest()[:8], zlib.crc32(b"hello"))
print(zlib.decompress(zlib.compress(b"x" * 10000, 9)) == b"x" * 10000)
print(2 ** 100, 10 ** 18 // 7, 0.1 + 0.2, float("1e308") * 10, decimal.Decimal(1) / decimal.Decimal(7))
print(datetime.datetime(2024, 2, 29, 12) + datetime.timedelta(days=365))
database = sqlite3.connect("/tmp/words.db")
database.execute("CREATE TABLE word(text TEXT PRIMARY KEY, uses INTEGER)")
counts = collections.Counter(word for line in sys.stdin for word in line.split())
database.executemany("INSERT INTO word VALUES(?, ?)", counts.items())
database.commit()
print(database.execute("SELECT text, uses FROM word ORDER BY uses DESC, text LIMIT 3").fetchall(), os.path.getsize("/tmp/words.db") > 0)
os.makedirs("/tmp/a/b")
with open("/tmp/a/b/file.txt", "w", encoding="utf-8") as file:
    file.write("eins\nzwei\ndrei ü\n")
with open("/tmp/a/b/file.txt", encoding="utf-8") as file:
    print(sorted(file), os.listdir("/tmp/a"), os.stat("/tmp/a/b/file.txt").st_size)
with open(sys.argv[1], "rb") as channel:
    channel.seek(-6, io.SEEK_END)
    print(channel.read(), channel.tell(), os.path.basename(sys.argv[1]))
try:
    os.fork()
except OSError as error:
    print("fork:", error.strerror)
try:
    {}["missing"]
except KeyError as error:
    print("KeyError", error)
comparisons = operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge
print("".join(str(int(compare(bytearray(b"ab"), other))) for compare in comparisons for other in (b"aa", b"ab", b"b")))
print(sum(i * i for i in range(100000)), os.environ.get("GREETING"), sys.argv[2:])
sys.exit(3)
