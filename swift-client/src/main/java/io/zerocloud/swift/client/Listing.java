package io.zerocloud.swift.client;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** A listing, fetched a page at a time and only as far as it is asked for. One user at a time. */
public final class Listing implements Iterable<ListingEntry> {
    private final Function<ListingQuery, Future<List<ListingEntry>>> fetch;
    private ListingQuery rest;
    private boolean ended;

    Listing(ListingQuery query, Function<ListingQuery, Future<List<ListingEntry>>> fetch) {
        this.rest = query;
        this.fetch = fetch;
    }

    /**
     * The next page. The one after an empty page is empty too.
     *
     * @return fails with {@link SwiftException}; the same page may then be asked for again
     */
    public Future<List<ListingEntry>> nextPage() {
        if (ended) {
            return Future.succeededFuture(List.of());
        }
        return fetch.apply(rest)
                .onSuccess(
                        page -> {
                            // A short page is no end: Swift may cut pages where shards meet.
                            if (page.isEmpty()) {
                                ended = true;
                            } else {
                                rest = rest.after(page.getLast().name());
                            }
                        });
    }

    /**
     * Everything that is left.
     *
     * @param limit entries; more fails with {@link SwiftException}
     */
    public Future<List<ListingEntry>> all(int limit) {
        return gather(new ArrayList<>(), limit);
    }

    private Future<List<ListingEntry>> gather(List<ListingEntry> found, int limit) {
        return nextPage()
                .compose(
                        page -> {
                            found.addAll(page);
                            if (found.size() > limit) {
                                return Future.failedFuture(
                                        new SwiftException(
                                                "listing",
                                                "more than " + limit + " entries",
                                                null));
                            }
                            return page.isEmpty()
                                    ? Future.succeededFuture(found)
                                    : gather(found, limit);
                        });
    }

    /** Walks the entries from a virtual thread or plain thread, which waits for each page. */
    @Override
    public Iterator<ListingEntry> iterator() {
        return new Iterator<>() {
            private Iterator<ListingEntry> page = List.<ListingEntry>of().iterator();

            @Override
            public boolean hasNext() {
                if (!page.hasNext() && !ended) {
                    page = nextPage().await().iterator();
                }
                return page.hasNext();
            }

            @Override
            public ListingEntry next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return page.next();
            }
        };
    }
}
