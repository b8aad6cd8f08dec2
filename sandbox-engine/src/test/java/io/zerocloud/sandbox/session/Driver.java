package io.zerocloud.sandbox.session;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A list of traps for the guest {@code driver.s}, and their results. */
final class Driver {
    static final long READ = 0x64616552;
    static final long WRITE = 0x74697257;
    static final long JAIL = 0x6c69614a;
    static final long UNJAIL = 0x6c6a6e55;
    static final long EXIT = 0x74697845;
    static final long FORK = 0x6b726f46;

    /** In the heap of every guest with 64 MiB, a multiple of 64 KiB. */
    static final long AREA = 0x1000000;

    static final long EINVAL = -22;
    static final long EFAULT = -14;
    static final long EDQUOT = -122;
    static final long EACCES = -13;

    private final ByteBuffer commands = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    Driver trap(long function, long a, long b, long c, long d) {
        commands.putLong(function).putLong(0).putLong(a).putLong(b).putLong(c).putLong(d);
        return this;
    }

    Driver read(long channel, long buffer, long size, long offset) {
        return trap(READ, channel, buffer, size, offset);
    }

    Driver write(long channel, long buffer, long size, long offset) {
        return trap(WRITE, channel, buffer, size, offset);
    }

    ByteArrayInputStream input() {
        return new ByteArrayInputStream(commands.array(), 0, commands.position());
    }

    static List<Long> results(Run run) {
        ByteBuffer bytes = ByteBuffer.wrap(run.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> results = new ArrayList<>();
        while (bytes.remaining() >= 8) {
            results.add(bytes.getLong());
        }
        return results;
    }
}
