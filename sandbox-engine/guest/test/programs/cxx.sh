# The C++ library and what the language needs at run time: the guest prints what the same source prints natively.
# Sourced by programs.sh. The first run on a machine builds libstdc++.
cxx() {
	local level
	g++ -std=c++17 -O1 -o cxx "$here/guest/cxx.cc"
	built=$?
	report $built "building the C++ test natively (Debian: g++)"
	[ $built = 0 ] || return
	./cxx <<<'in put' >native 2>/dev/null
	[ $? = 3 ]
	report $? "the C++ test runs natively"
	for level in -O0 -O2; do
		$cxx -std=c++17 -g $level -o cxx.nexe "$here/guest/cxx.cc"
		built=$?
		report $built "building the C++ test with $level"
		[ $built = 0 ] || continue
		expect "cxx $level" 3 cxx.nexe <<<'in put' 3<native
	done
	printf '%s\n' '#include <stdexcept>' 'int main() { throw std::runtime_error("nobody listens"); }' >uncaught.cc
	$cxx -o uncaught.nexe uncaught.cc && $run uncaught.nexe </dev/null >/dev/null 2>errors
	[ $? = 134 ] && grep -q 'what():  nobody listens' errors
	report $? "an exception that nobody catches aborts with its text: $(cat errors)"
}
