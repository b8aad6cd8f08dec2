package io.zerocloud.plan;

import io.zerocloud.job.ErrorCode;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import io.zerocloud.job.SwiftNames;
import io.zerocloud.job.Url;
import io.zerocloud.job.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds what the wildcards of one job match, asking for no more pages than needed and holding no
 * more than the matches. Pages come from a server: they must go forward, or a search might never
 * end.
 */
final class WildcardSearch {
    private final Listings listings;
    private final JobLimits limits;

    /** Names seen so far, over all wildcards of the job. */
    private int seen;

    WildcardSearch(Listings listings, JobLimits limits) {
        this.listings = listings;
        this.limits = limits;
    }

    /**
     * All matches of a path, in the store's order.
     *
     * @param at JSON path, for messages
     * @throws JobRefused if there is none, a listing is refused, or there are too many
     */
    List<Match> search(Url.Swift path, String at) throws JobRefused {
        List<Match> matches = new ArrayList<>();
        Wildcard container = new Wildcard(path.container());
        if (container.isLiteral()) {
            objects(path, path.container(), List.of(), at, matches);
        } else {
            for (Match found : containers(path, container, at)) {
                if (path.object().isEmpty()) {
                    add(matches, found);
                } else {
                    objects(path, found.path().container(), found.captures(), at, matches);
                }
            }
        }
        if (matches.isEmpty()) {
            throw new JobRefused(ErrorCode.NO_OBJECTS.at(at, "", path.text()));
        }
        return matches;
    }

    private List<Match> containers(Url.Swift path, Wildcard wildcard, String at) throws JobRefused {
        List<Match> found = new ArrayList<>();
        Function<StoreRefused, Violation> refusal =
                e -> ErrorCode.LISTING_ACCOUNT_FAILED.at(at, path.text(), path.account(), e.line());
        new Pages<String>(
                        marker -> listings.containers(path.account(), wildcard.prefix(), marker),
                        Function.identity(),
                        wildcard.prefix())
                .forEach(
                        path,
                        at,
                        refusal,
                        name -> {
                            Optional<List<String>> captured = wildcard.match(name);
                            if (captured.isPresent() && !SwiftNames.isContainer(name)) {
                                throw unusable(path, name, at);
                            }
                            captured.ifPresent(
                                    captures ->
                                            found.add(
                                                    new Match(
                                                            StorePath.container(
                                                                    path.account(), name),
                                                            captures,
                                                            Optional.empty())));
                            return true;
                        });
        return found;
    }

    private void objects(
            Url.Swift path, String container, List<String> before, String at, List<Match> matches)
            throws JobRefused {
        Wildcard wildcard = new Wildcard(path.object());
        Function<StoreRefused, Violation> refusal =
                e -> ErrorCode.LISTING_CONTAINER_FAILED.at(at, path.text(), container, e.line());
        new Pages<Listings.ListedObject>(
                        marker ->
                                listings.objects(
                                        path.account(), container, wildcard.prefix(), marker),
                        Listings.ListedObject::name,
                        wildcard.prefix())
                .forEach(
                        path,
                        at,
                        refusal,
                        object -> {
                            Optional<List<String>> captures =
                                    object.name().endsWith("/")
                                            ? Optional.empty()
                                            : wildcard.match(object.name());
                            if (captures.isPresent()) {
                                if (!SwiftNames.isObject(object.name())) {
                                    throw unusable(path, container + "/" + object.name(), at);
                                }
                                List<String> all = new ArrayList<>(before);
                                all.addAll(captures.get());
                                add(
                                        matches,
                                        new Match(
                                                new StorePath(
                                                        path.account(), container, object.name()),
                                                List.copyOf(all),
                                                Optional.of(Pin.listed(object))));
                            }
                            // In byte order a literal name comes before all that it begins.
                            return !wildcard.isLiteral();
                        });
    }

    /** A listed name that is no path for us, or not surely the same path for everybody. */
    private static JobRefused unusable(Url.Swift path, String name, String at) {
        return new JobRefused(
                ErrorCode.PATH_INVALID.at(
                        at, path.text(), "swift://" + path.account() + "/" + name, "the listing"));
    }

    private void add(List<Match> matches, Match match) throws JobRefused {
        if (matches.size() == limits.nodes()) {
            throw new JobRefused(
                    ErrorCode.TOO_MANY_NODES.at(
                            "$", "more than " + limits.nodes() + " matches", limits.nodes()));
        }
        matches.add(match);
    }

    private interface PageSource<T> {
        List<T> after(String marker) throws StoreRefused;
    }

    private interface Visitor<T> {
        /** Whether to go on. */
        boolean visit(T entry) throws JobRefused;
    }

    private final class Pages<T> {
        private final PageSource<T> source;
        private final Function<T, String> name;
        private final String prefix;

        Pages(PageSource<T> source, Function<T, String> name, String prefix) {
            this.source = source;
            this.name = name;
            this.prefix = prefix;
        }

        void forEach(
                Url.Swift path,
                String at,
                Function<StoreRefused, Violation> refusal,
                Visitor<T> visitor)
                throws JobRefused {
            String marker = "";
            while (true) {
                List<T> page;
                try {
                    page = source.after(marker);
                } catch (StoreRefused e) {
                    Violation violation = refusal.apply(e);
                    boolean denied = e.status() == 401 || e.status() == 403;
                    throw new JobRefused(denied ? violation.withStatus(e.status()) : violation);
                }
                if (page.isEmpty()) {
                    return;
                }
                for (T entry : page) {
                    String next = name.apply(entry);
                    if (next.isEmpty()
                            || !next.startsWith(prefix)
                            || Utf8Order.compare(marker, next) >= 0) {
                        throw new JobRefused(
                                refusal.apply(
                                        new StoreRefused(200, "and names that do not go forward")));
                    }
                    marker = next;
                    if (++seen > limits.listedNames()) {
                        throw new JobRefused(
                                ErrorCode.LISTING_TOO_LONG.at(
                                        at, "", path.text(), limits.listedNames()));
                    }
                    if (!visitor.visit(entry)) {
                        return;
                    }
                }
            }
        }
    }
}
