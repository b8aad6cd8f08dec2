package io.zerocloud.sandbox.validator;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which refusals of policy are lifted. Only rules that are about determinism or hardware weaknesses
 * can be lifted; no option weakens the isolation of memory and control flow.
 *
 * @param lifted policies that do not apply; {@link #standard()} lifts none
 */
public record RuleOptions(Set<Policy> lifted) {
    /** Rules above the classic ones, each with the reason it gives. */
    public enum Policy {
        /** {@link Reason#CACHE_CONTROL}. */
        CACHE_CONTROL,
        /** {@link Reason#TIMER}. */
        TIMER,
        /** {@link Reason#CPU_IDENTITY}. */
        CPU_IDENTITY,
        /** {@link Reason#APPROXIMATION}. */
        APPROXIMATION,
        /** {@link Reason#NON_TEMPORAL}. */
        NON_TEMPORAL;

        Reason reason() {
            return Reason.valueOf(name());
        }
    }

    private static final RuleOptions STANDARD = new RuleOptions(Set.of());

    public RuleOptions {
        lifted = Set.copyOf(lifted);
    }

    /** All policies apply: what agents use. */
    public static RuleOptions standard() {
        return STANDARD;
    }

    /** Options with these policies lifted. */
    public static RuleOptions lifting(Collection<Policy> policies) {
        return new RuleOptions(Set.copyOf(policies));
    }

    /** A stable text, equal exactly for equal options; part of {@link Validator#version()}. */
    String key() {
        EnumSet<Policy> ordered = EnumSet.noneOf(Policy.class);
        ordered.addAll(lifted);
        return ordered.isEmpty()
                ? "standard"
                : ordered.stream().map(Policy::name).collect(Collectors.joining("+"));
    }
}
