# Other people's projects from Debian's sources, built by their own build systems with the guest compiler: makefiles
# (bzip2, Lua), configure scripts by hand (zlib) and by autoconf (gzip), CMake (xz). Sourced by programs.sh.
foreign() {
	local project
	seq 1 30000 >numbers
	for project in bzip2 lua5.4 zlib gzip xz-utils; do
		mkdir -p "foreign/$project"
		tar -xf "$(find "$("$guest/sysroot.sh" source $project)" -name '*.orig.tar.*' ! -name '*.asc')" \
			-C "foreign/$project" --strip-components=1
		report $? "fetching the sources of $project"
	done

	builds bzip2 make -j"$(nproc)" CC="$cc" libbz2.a bzip2 && {
		expect bzip2 0 foreign/bzip2/bzip2 -9 <numbers 3< <(bzip2 -9 <numbers)
		bzip2 <numbers >numbers.bz2
		expect bunzip2 0 foreign/bzip2/bzip2 -d <numbers.bz2 3<numbers
	}
	builds lua5.4 make -j"$(nproc)" -C src posix CC="$cc" &&
		expect "lua by its makefile" 0 foreign/lua5.4/src/lua -e 'print(_VERSION, 7 // 2)' </dev/null 3< <(printf 'Lua 5.4\t3\n')
	builds zlib env CHOST=x86_64-nacl CC="$cc" ./configure --static && builds zlib make -j"$(nproc)" &&
		expect minigzip 0 foreign/zlib/minigzip -d < <(gzip <numbers) 3<numbers
	builds gzip ./configure CC="$cc" --host=x86_64-nacl && builds gzip make -j"$(nproc)" &&
		expect gzip 0 foreign/gzip/gzip -9n <numbers 3< <(gzip -9n <numbers)
	builds xz-utils cmake -DCMAKE_TOOLCHAIN_FILE="$guest/cmake/zerocloud.cmake" -DCMAKE_BUILD_TYPE=Release -S . -B build &&
		builds xz-utils cmake --build build -j"$(nproc)" && {
		expect xz 0 foreign/xz-utils/build/xz -6 -T1 <numbers 3< <(xz -6 -T1 <numbers)
		tar -C foreign/xz-utils/tests -cf xz-tests.tar files
		for program in foreign/xz-utils/build/tests_bin/*; do
			$run --image xz-tests.tar,/tests --env srcdir=/tests "$program" </dev/null >result 2>&1
			case $? in 0 | 77) true ;; *) false ;; esac
			report $? "$(basename "$program") of xz: $(tail -3 result)"
		done
	}
}

# builds PROJECT COMMAND...: runs one step of a build in the project's folder.
builds() {
	local project=$1
	shift
	(cd "foreign/$project" && "$@") >build.log 2>&1
	built=$?
	[ $built = 0 ] || tail -20 build.log >&2
	report $built "$project: $*"
	return $built
}
