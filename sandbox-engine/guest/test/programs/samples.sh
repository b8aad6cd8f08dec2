# The samples. Sourced by programs.sh.
samples() {
	make -s -C "$guest/samples" CC="$cc" out="$work" all >&2
	built=$?
	report $built "building the samples"
	[ $built = 0 ] || return
	seq 1 30000 >numbers
	expect hello 0 hello.nexe 'you, "there"' </dev/null 3<<<'Hello, you, "there"!'
	expect cat 0 cat.nexe <numbers 3<numbers
	expect cat-file 0 cat.nexe @numbers </dev/null 3<numbers
	expect cat-missing 1 cat.nexe /no/such/file </dev/null 3</dev/null
	expect wordcount 0 wordcount.nexe <numbers 3<<<"  30000   30000  168894"
	expect grep 0 grep.nexe -c '^1.*(7|8)9?$' <numbers 3< <(grep -cE '^1.*(7|8)9?$' numbers)
	expect grep-none 1 grep.nexe x <numbers 3</dev/null
	expect sort 0 sort.nexe -nr <numbers 3< <(sort -nr numbers)
	expect sha256 0 sha256.nexe <numbers 3< <(sha256sum <numbers)
	expect jsonfilter 0 jsonfilter.nexe a.b.1 c <<<'{"a":{"b":[1,"two"]},"c":3} {"c":[]}' \
		3< <(printf 'two\t3\n\t[]\n')
	expect cgi 0 --env REQUEST_METHOD=GET --env 'QUERY_STRING=a=<1>,2#3' cgi.nexe </dev/null 3< <(
		printf 'Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n'
		printf '<!DOCTYPE html>\n<title>Request</title>\n<table>\n<tr><th>REQUEST_METHOD<td>GET\n<tr><th>PATH_INFO<td>\n'
		printf '<tr><th>QUERY_STRING<td>a=&lt;1&gt;,2#3\n<tr><th>HTTP_USER_AGENT<td>\n</table>\n')
	mkdir -p tree/dir && echo hello >tree/dir/file && ln -s dir/file tree/link && chmod 640 tree/dir/file
	touch -h -d 2001-02-03T04:05:06Z tree/dir/file tree/link tree/dir
	TZ=UTC tar -C tree --sort=name -cf tree.tar dir link
	for image in tree.tar tree; do
		expect "tarlist-$image" 0 --image $image,/data tarlist.nexe /data </dev/null 3<<-'END'
			drwxr-xr-x         0 2001-02-03 04:05 /data/dir
			-rw-r-----         6 2001-02-03 04:05 /data/dir/file
			lrwxrwxrwx         0 2001-02-03 04:05 /data/link -> dir/file
		END
	done
	expect image-file 0 --image tree.tar cat.nexe /link </dev/null 3<<<hello
	head -c 1000 tree.tar >broken.tar
	expect broken-image 78 --image broken.tar hello.nexe </dev/null 3</dev/null
	# As with any program: what one does not read is there for the next one, and with 2>&1 lines keep their order.
	echo rest >rest
	{ $run hello.nexe >/dev/null && cat; } <rest | cmp - rest >&2
	report $? "a file of which a program reads nothing"
	cat rest | { $run hello.nexe >/dev/null && cat; } | cmp - rest >&2
	report $? "a pipe of which a program reads nothing"
	echo 'int puts(), fflush(), dprintf();
		int main() { for (int i = 0; i < 9; i++) puts("out"), fflush(0), dprintf(2, "err\n"); }' >both.c
	$cc -w both.c -o both.nexe && [ "$($run both.nexe 2>&1 | tr -d '\n')" = outerrouterrouterrouterrouterrouterrouterrouterrouterr ]
	report $? "output and errors in one file"
}
