#!/usr/bin/env bash
# libgcc.sh SYSROOT: compiles the parts of libgcc that gcc's x86-64 code calls into SYSROOT/lib/libgcc.a, and the
# unwinder of C++ exceptions into libgcc_eh.a. Processor detection and everything about threads is left out.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$1
source=$("$here/source.sh")
cc=${ZEROCLOUD_CC:-$here/../../../zerocloud cc}
export ZEROCLOUD_SYSROOT=$root
work=$(mktemp -d "${TMPDIR:-/tmp}/zerocloud-libgcc.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

# What gcc's own build would generate for this machine. A word is 8 bytes although pointers have 4.
touch coretypes.h auto-target.h md-unwind-support.h
ln -s "$source/libgcc/gthr-single.h" gthr-default.h
printf '#include "sfp-machine-x86.h"\n' >sfp-machine.h
ln -s "$source/libgcc/config/i386/sfp-machine.h" sfp-machine-x86.h
cat >tconfig.h <<'END'
#define IN_LIBGCC2 1
END
cat >tsystem.h <<'END'
#include "ansidecl.h"
#include <stddef.h>
#include <limits.h>
#include <float.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#define gcc_assert(EXPR) ((void)(!(EXPR) ? abort(), 0 : 0))
#define gcc_unreachable() abort()
END
cat >tm.h <<'END'
#define BITS_PER_UNIT 8
#define UNITS_PER_WORD 8
#define MIN_UNITS_PER_WORD 8
#define DWARF_REG_TO_UNWIND_COLUMN(REGISTER) (REGISTER)
END
cat >libgcc_tm.h <<'END'
#include "config/i386/value-unwind.h"
END

flags=(-O2 -g0 -w -fbuilding-libgcc -fno-builtin-abort -I. -I"$source/libgcc" -I"$source/include" -I"$source/libgcc/soft-fp"
	-I"$source/libgcc/config/i386" -DHIDE_EXPORTS)

arithmetic=(
	muldi3 negdi2 lshrdi3 ashldi3 ashrdi3 cmpdi2 ucmpdi2 divdi3 moddi3 divmoddi4 udivdi3 umoddi3 udivmoddi4
	absvsi2 absvdi2 addvsi3 addvdi3 subvsi3 subvdi3 mulvsi3 mulvdi3 negvsi2 negvdi2
	ffssi2 ffsdi2 clz clzsi2 clzdi2 ctzsi2 ctzdi2 clrsbsi2 clrsbdi2
	popcount_tab popcountsi2 popcountdi2 paritysi2 paritydi2 bswapsi2 bswapdi2
	powisf2 powidf2 powixf2 powitf2 mulsc3 muldc3 mulxc3 multc3 divsc3 divdc3 divxc3 divtc3
	fixunssfsi fixunsdfsi fixunsxfsi fixsfdi fixdfdi fixxfdi fixunssfdi fixunsdfdi fixunsxfdi
	floatdisf floatdidf floatdixf floatundisf floatundidf floatundixf
)
quad=(
	addtf3 subtf3 multf3 divtf3 negtf2 eqtf2 getf2 letf2 unordtf2
	fixtfsi fixtfdi fixtfti fixunstfsi fixunstfdi fixunstfti
	floatsitf floatditf floattitf floatunsitf floatunditf floatuntitf
	extendsftf2 extenddftf2 extendxftf2 trunctfsf2 trunctfdf2 trunctfxf2
	extendhfsf2 extendhfdf2 extendhftf2 extendhfxf2 trunctfhf2 truncxfhf2 truncdfhf2 truncsfhf2
	fixhfti fixunshfti floattihf floatuntihf
)

# One source for each piece, so that one call of the compiler makes them all.
for piece in "${arithmetic[@]}"; do
	printf '#define L_%s 1\n#include "libgcc2.c"\n' "$piece" >"_$piece.c"
done
for piece in "${quad[@]}"; do
	printf '#include "soft-fp/%s.c"\n' "$piece" >"$piece.c"
done
printf '#include "config/i386/sfp-exceptions.c"\n' >sfp-exceptions.c
mkdir objects
(cd objects && $cc -c "${flags[@]/#-I./-I..}" -I.. -ffunction-sections ../_*.c ../[a-z]*.c)
ar rcs "$root/lib/libgcc.a" objects/*.o

# Exceptions: the linker script marks the frame tables, and the unwinder registers them before other constructors
# run, so no dynamic linker's help is needed.
cat >unwind-frames.c <<'END'
#include "unwind-dw2-fde.c"
extern const char __eh_frame_start[];
static struct object all_frames;
__attribute__((constructor(101))) static void register_frames(void)
{
	__register_frame_info(__eh_frame_start, &all_frames);
}
END
mkdir eh
(cd eh && $cc -c "${flags[@]/#-I./-I..}" -I.. -fexceptions -fasynchronous-unwind-tables \
	"$source/libgcc/unwind-dw2.c" ../unwind-frames.c "$source/libgcc/unwind-c.c")
ar rcs "$root/lib/libgcc_eh.a" eh/*.o
cp "$source/libgcc/unwind-generic.h" "$root/include/unwind.h"
