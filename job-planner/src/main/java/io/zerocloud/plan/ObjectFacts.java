package io.zerocloud.plan;

import io.zerocloud.job.StorePath;
import java.util.Map;
import java.util.Set;

/**
 * What the store tells the caller about objects and containers.
 *
 * <p>Asking is also the authorisation to read: an implementation asks with the caller's token (or
 * the set-uid identity) and reports a refusal as {@link Fact.Refused}.
 */
public interface ObjectFacts {

    /**
     * One HEAD for each path, in parallel if the implementation can.
     *
     * @param paths objects and containers, in the order in which they are to be reported
     * @return a fact for every path
     */
    Map<StorePath, Fact> describe(Set<StorePath> paths);

    /** The answer for one path. */
    sealed interface Fact {
        /** It is there and may be read. */
        record Present(Pin pin) implements Fact {}

        /**
         * It is not there.
         *
         * @param containerToo whether its container is known to be missing as well
         */
        record Missing(boolean containerToo) implements Fact {}

        /**
         * Anything else.
         *
         * @param status the store's, such as 401, 403 or 503
         * @param reason its reason phrase
         */
        record Refused(int status, String reason) implements Fact {}
    }
}
