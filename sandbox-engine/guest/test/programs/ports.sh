# zlib, Lua, SQLite and the tool box as the port scripts build them. Sourced by programs.sh.
ports() {
	export ZEROCLOUD_CC=$cc ZEROCLOUD_PORTS=$work/ports
	"$guest/ports/zlib" >/dev/null && "$guest/ports/lua" >/dev/null && "$guest/ports/sqlite" >/dev/null &&
		"$guest/ports/toolbox" >/dev/null
	built=$?
	report $built "building the ports"
	[ $built = 0 ] || return
	make -s -C "$guest/samples" CC="$cc" out="$work" ZLIB="$work/ports/zlib" with-zlib >&2
	built=$?
	report $built "building gzip"
	[ $built = 0 ] || return
	tar -xf ports/lua.tar && tar -xf ports/sqlite.tar
	seq 1 30000 >numbers
	expect zlib 0 ports/zlib/example.nexe </dev/null 3<<-'END'
		zlib version 1.2.13 = 0x12d0, compile flags = 0x95
		uncompress(): hello, hello!
		gzread(): hello, hello!
		gzgets() after gzseek:  hello!
		inflate(): hello, hello!
		large_inflate(): OK
		after inflateSync(): hello, hello!
		inflate with dictionary: hello, hello!
	END
	gzip <numbers >numbers.gz
	expect gunzip 0 gzip.nexe -d <numbers.gz 3<numbers
	$run gzip.nexe -9 <numbers >numbers.gz
	gzip -dc numbers.gz | cmp -s - numbers
	report $? "gzip -9"
	expect "gzip -9" 0 gzip.nexe -9 <numbers 3<numbers.gz
	expect lua 0 lua @"$here/guest/smoke.lua" </dev/null 3<"$here/guest/smoke.lua.out"
	expect export 0 --export results.tar,/results/of lua -e 'for _, name in ipairs{"a", "b"} do
		local f = assert(io.open("/results/of/" .. name, "w")); f:write(name:rep(3), "\n"); f:close() end' </dev/null 3</dev/null
	tar -xOf results.tar | diff - <(printf 'aaa\nbbb\n') >&2
	report $? "a directory packed at exit"
	mkdir toolbox && tar -C toolbox -xf ports/toolbox.tar
	local words='{ seen[$1 % 7] = seen[$1 % 7] + length($0); sub(/0+$/, "<&>") } /9<0+>$/ { printf "%05d %s\n", $1, $0 }
		END { for (i = 0; i < 7; i++) print i, seen[i], substr("abcdefg", i + 1, 1) }'
	expect awk 0 toolbox/awk "$words" <numbers 3< <(awk "$words" numbers)
	expect sed 0 toolbox/sed -n -e 's/\([0-9]\)\1/[\1&]/gp' -e '$!N;/77\n/{s/\n/ and /;P;D}' <numbers \
		3< <(sed -n -e 's/\([0-9]\)\1/[\1&]/gp' -e '$!N;/77\n/{s/\n/ and /;P;D}' numbers)
	expect "grep of the tool box" 0 toolbox/grep -n '^\(.\)\1.*7$' <numbers 3< <(grep -n '^\(.\)\1.*7$' numbers)
	expect "sort of the tool box" 0 toolbox/sort -k1.2,1.3n -k1r <numbers 3< <(LC_ALL=C sort -k1.2,1.3n -k1r numbers)
	expect "wc of the tool box" 0 toolbox/wc -lwc <numbers 3< <(echo '    30000     30000    168894')
	expect sqlite 0 sqlite3 <"$here/guest/smoke.sql" 3<"$here/guest/smoke.sql.out"

	# The same SQLite on this machine has to answer thousands of statements with the same bytes.
	musl-gcc -static -O1 -w -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_ENABLE_FTS5 \
		-DSQLITE_ENABLE_MATH_FUNCTIONS -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_DBSTAT_VTAB -DHAVE_USLEEP=1 \
		-o native-sqlite3 ports/sqlite/source/{sqlite3,shell}.c -lm
	built=$?
	report $built "building SQLite natively (Debian: musl-tools)"
	[ $built = 0 ] || return
	awk -v statements=4000 -f "$here/guest/sqlite.awk" </dev/null >differential.sql
	./native-sqlite3 <differential.sql >native.out 2>native.err
	expect "sqlite, $(grep -c . differential.sql) lines of SQL" 1 sqlite3 <differential.sql 3<native.out
	cmp errors1 native.err >&2
	report $? "sqlite: the same errors"
}
