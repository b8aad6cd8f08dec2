package io.zerocloud.swift.client;

/** One range of an object's bytes, as RFC 9110's {@code Range} can say it. */
public sealed interface ByteRange {
    /** From {@code first} (0 is the object's first byte) to {@code last}, both included. */
    record Between(long first, long last) implements ByteRange {
        public Between {
            if (first < 0 || last < first) {
                throw new IllegalArgumentException("range " + first + '-' + last + ": is empty");
            }
        }
    }

    /** From {@code first} to the end. */
    record From(long first) implements ByteRange {
        public From {
            if (first < 0) {
                throw new IllegalArgumentException("range " + first + "-: is before the start");
            }
        }
    }

    /** The last {@code count} bytes. */
    record Last(long count) implements ByteRange {
        public Last {
            if (count < 1) {
                throw new IllegalArgumentException("range -" + count + ": is empty");
            }
        }
    }

    /** The header's value. */
    default String header() {
        return switch (this) {
            case Between(long first, long last) -> "bytes=" + first + '-' + last;
            case From(long first) -> "bytes=" + first + '-';
            case Last(long count) -> "bytes=-" + count;
        };
    }
}
