package io.zerocloud.job;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One device of a group.
 *
 * @param at JSON path of the device, {@code $[i].devices[j]}
 * @param name its name under {@code /dev/}
 * @param kind what the name means
 * @param path absent, a {@link Url.Swift} with its account resolved, or a {@link Url.Zvm}
 * @param contentType as given; see {@link io.zerocloud.plan.PlanSettings} for the default
 * @param meta user metadata of the output; names as given, without {@code X-Object-Meta-}
 * @param mode file type that the guest sees
 * @param minSize outputs below this many bytes are neither stored nor returned
 */
public record Device(
        String at,
        String name,
        Kind kind,
        Optional<Url> path,
        Optional<String> contentType,
        Map<String, String> meta,
        Mode mode,
        long minSize) {

    public Device {
        meta = Collections.unmodifiableMap(new LinkedHashMap<>(meta));
    }

    /** What the name of a device means. */
    public enum Kind {
        /** {@code stdin}: read in order. */
        STDIN,
        /** {@code input}: read anywhere. */
        INPUT,
        /** {@code script}: read anywhere. */
        SCRIPT,
        /** {@code image}: a tar archive mounted at {@code /}, read-only. */
        IMAGE,
        /** {@code stdout} or {@code stderr}: written in order. */
        STREAM_OUT,
        /** {@code output}: written anywhere. */
        OUTPUT,
        /** A configured system image, mounted at {@code /}, read-only. */
        SYSTEM_IMAGE,
        /** Any other name: only usable as one end of a connection. */
        OTHER;

        public boolean isReadable() {
            return this == STDIN || this == INPUT || this == SCRIPT;
        }

        public boolean isWritable() {
            return this == STREAM_OUT || this == OUTPUT;
        }

        /** Meaning of a device name, given the names of the system images. */
        public static Kind of(String name, java.util.Set<String> systemImages) {
            return switch (name) {
                case "stdin" -> STDIN;
                case "input" -> INPUT;
                case "script" -> SCRIPT;
                case "image" -> IMAGE;
                case "stdout", "stderr" -> STREAM_OUT;
                case "output" -> OUTPUT;
                default -> systemImages.contains(name) ? SYSTEM_IMAGE : OTHER;
            };
        }
    }

    /** File type of a channel as {@code stat} shows it; the constants' names are nvram's words. */
    public enum Mode {
        FILE,
        CHAR,
        PIPE,
        BLOCK;

        /** The word in descriptions and in nvram. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public Optional<Url.Swift> swift() {
        return path.filter(Url.Swift.class::isInstance).map(Url.Swift.class::cast);
    }

    public Optional<Url.Zvm> zvm() {
        return path.filter(Url.Zvm.class::isInstance).map(Url.Zvm.class::cast);
    }

    /** Whether this device makes one node per matching name. */
    public boolean isWildcardInput() {
        return kind.isReadable() && swift().map(Url.Swift::hasWildcard).orElse(false);
    }
}
