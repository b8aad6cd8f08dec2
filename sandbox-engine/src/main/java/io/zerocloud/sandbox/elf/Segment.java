package io.zerocloud.sandbox.elf;

/**
 * A loadable part of a guest executable.
 *
 * @param fileOffset first byte in the file
 * @param address guest address of the first byte
 * @param fileSize bytes that come from the file, at most {@code memorySize}
 * @param memorySize bytes in memory, at least 1; those after {@code fileSize} are zero
 */
public record Segment(long fileOffset, long address, long fileSize, long memorySize) {
    /** Guest address of the first byte behind the segment. */
    public long end() {
        return address + memorySize;
    }
}
