package io.zerocloud.sandbox.session;

import io.zerocloud.sandbox.elf.NexeImage;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Where a worker lays things out in a guest's 4 GiB: the Java side of map_image in load.c. */
final class GuestMemory {
    /** At the upper end; counts against the memory limit. */
    static final long STACK_BYTES = 16L << 20;

    /** What data and heap together must exceed. */
    private static final long LEAST_DATA = 8L << 20;

    private static final long MANIFEST_POINTER = 0xFEFFFFFCL;

    private GuestMemory() {}

    /** The smallest memory limit in bytes with which a worker accepts the program. */
    static long least(SealedProgram.Layout layout) {
        long pageLess = NexeImage.PAGE - 1;
        if (layout.heapStart() == 0) {
            long end = layout.readOnlyAddress() + layout.readOnlyLength();
            return Math.max(layout.textEnd(), end) - pageLess;
        }
        long end =
                Math.max(
                        Math.max(layout.dataAddress() + LEAST_DATA, layout.heapStart()) + 1,
                        layout.dataAddress() + layout.dataFileLength());
        // The limit is rounded up to pages before the stack is taken off.
        return roundUp(end) - pageLess + STACK_BYTES;
    }

    /**
     * Whether a guest with a larger memory limit would have found memory at an address: it lies
     * between the end of the heap and the record of the channels below the stack.
     */
    static boolean isBeyond(long limit, long address, List<Channel> channels) {
        long names =
                channels.stream()
                        .mapToLong(c -> c.alias().getBytes(StandardCharsets.UTF_8).length + 1L)
                        .sum();
        long manifest = MANIFEST_POINTER - 24 - 48L * channels.size() - names;
        return address >= roundUp(limit) - STACK_BYTES
                && address < manifest / NexeImage.PAGE * NexeImage.PAGE;
    }

    private static long roundUp(long value) {
        return (value + NexeImage.PAGE - 1) & -NexeImage.PAGE;
    }
}
