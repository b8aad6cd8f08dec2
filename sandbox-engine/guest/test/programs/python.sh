# CPython as ports/python builds it. Sourced by programs.sh.
python() {
	export ZEROCLOUD_CC=$cc ZEROCLOUD_CXX=$cxx ZEROCLOUD_PORTS=${ZEROCLOUD_PORTS:-$work/ports}
	[ -f "$ZEROCLOUD_PORTS/python.tar" ] || "$guest/ports/python" >/dev/null
	built=$?
	report $built "building Python (Debian: python3.11, tcl)"
	[ $built = 0 ] || return
	tar -xf "$ZEROCLOUD_PORTS/python.tar" ./usr/bin/python3
	printf 'a channel that ends in sixend' >channel
	expect python 3 --image "$ZEROCLOUD_PORTS/python.tar" --env GREETING=hi usr/bin/python3 \
		"@$here/guest/smoke.py" @channel one "two three" 3<"$here/guest/smoke.py.out" <<-'END'
			the cat the dog
			a cat the end
		END
}
