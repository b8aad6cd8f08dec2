package io.zerocloud.swift.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What part of a listing is asked for, with the parameters' meaning in Swift.
 *
 * @param limit most entries, 0 to {@link Limits#LISTING_LIMIT}
 * @param marker names after it, empty for all
 * @param endMarker names before it, empty for all
 * @param prefix names that begin with it
 * @param delimiter rolls up what follows it after the prefix, empty for nothing
 * @param path lists what is directly in a pseudo-folder: sets prefix and delimiter and leaves
 *     subdirs out
 * @param reverse from the last name to the first; the markers change their roles
 */
record ListingQuery(
        int limit,
        String marker,
        String endMarker,
        String prefix,
        String delimiter,
        Optional<String> path,
        boolean reverse) {

    /**
     * Bounds of names in UTF-8 order.
     *
     * @param after exclusive lower bound, empty for none
     * @param from inclusive lower bound
     * @param before exclusive upper bounds, all hold
     */
    record Bounds(String after, String from, List<String> before, boolean descending) {}

    /** Reads rows in order. */
    interface Scan<T extends Listed> {
        List<T> rows(Bounds bounds, int limit) throws SQLException;
    }

    private static final int BATCH = 1000;

    /**
     * Reads the parameters of a request.
     *
     * @throws RequestFailure 412 for a limit that is too large, as Swift has it
     */
    static ListingQuery of(Request request) {
        int limit = Limits.LISTING_LIMIT;
        Optional<String> given = request.param("limit");
        if (given.isPresent() && given.get().matches("[0-9]{1,9}")) {
            limit = Integer.parseInt(given.get());
            if (limit > Limits.LISTING_LIMIT) {
                throw new RequestFailure(
                        HttpStatus.PRECONDITION_FAILED, "Maximum limit is " + Limits.LISTING_LIMIT);
            }
        } else if (given.isPresent() && given.get().matches("[0-9]+")) {
            throw new RequestFailure(
                    HttpStatus.PRECONDITION_FAILED, "Maximum limit is " + Limits.LISTING_LIMIT);
        }
        Optional<String> path = Optional.ofNullable(request.target().query().get("path"));
        String prefix = request.param("prefix").orElse("");
        String delimiter = request.param("delimiter").orElse("");
        if (path.isPresent()) {
            String folder = path.get().replaceAll("/+$", "");
            prefix = path.get().isEmpty() ? "" : folder + "/";
            delimiter = "/";
        }
        return new ListingQuery(
                limit,
                request.param("marker").orElse(""),
                request.param("end_marker").orElse(""),
                prefix,
                delimiter,
                path.isPresent() ? Optional.of(prefix) : Optional.empty(),
                request.param("reverse").map(HeaderMap::isTrueValue).orElse(false));
    }

    /** Lists by scanning rows, skipping with a new scan what a subdir rolls up. */
    <T extends Listed> List<Listed> run(Scan<T> scan) throws SQLException {
        String low = reverse ? endMarker : marker;
        List<String> before = new ArrayList<>();
        String high = reverse ? marker : endMarker;
        if (!high.isEmpty()) {
            before.add(high);
        }
        if (!prefix.isEmpty()) {
            successor(prefix).ifPresent(before::add);
        }
        List<Listed> result = new ArrayList<>();
        Bounds bounds = new Bounds(low, prefix, before, reverse);
        while (result.size() < limit) {
            int batch = Math.min(BATCH, limit - result.size());
            List<T> rows = scan.rows(bounds, batch);
            Optional<Bounds> skip = take(rows, bounds, low, result);
            if (skip.isPresent()) {
                bounds = skip.get();
            } else if (rows.size() < batch) {
                break;
            } else {
                bounds = past(rows.getLast().name(), bounds);
            }
        }
        return result;
    }

    /**
     * Takes rows into the result until one is rolled up; then the bounds of what follows its
     * subdir.
     */
    private <T extends Listed> Optional<Bounds> take(
            List<T> rows, Bounds bounds, String low, List<Listed> result) {
        for (T row : rows) {
            String name = row.name();
            int end = delimiter.isEmpty() ? -1 : name.indexOf(delimiter, prefix.length());
            if (path.isPresent() && name.equals(path.get())) {
                continue;
            }
            boolean rolledUp =
                    end >= 0 && (path.isEmpty() || name.length() > end + delimiter.length());
            if (!rolledUp) {
                result.add(row);
                continue;
            }
            String subdir = name.substring(0, end + delimiter.length());
            if (path.isEmpty() && !subdir.equals(low)) {
                result.add(new Listed.Subdir(subdir));
            }
            if (path.isPresent()) {
                // A pseudo-folder's marker object is an entry of its own right: only what is below
                // is skipped.
                return Optional.of(pastSubdir(subdir, bounds, true));
            }
            return Optional.of(pastSubdir(subdir, bounds, false));
        }
        return Optional.empty();
    }

    private static Bounds past(String name, Bounds bounds) {
        return bounds.descending
                ? new Bounds(bounds.after, bounds.from, plus(bounds.before, name), true)
                : new Bounds(name, bounds.from, bounds.before, false);
    }

    private static Bounds pastSubdir(String subdir, Bounds bounds, boolean keepMarkerObject) {
        if (bounds.descending) {
            String bound = keepMarkerObject ? subdir + '\u0001' : subdir;
            return new Bounds(bounds.after, bounds.from, plus(bounds.before, bound), true);
        }
        Optional<String> next = successor(subdir);
        return next.isPresent()
                ? new Bounds("", next.get(), bounds.before, false)
                : new Bounds(subdir, subdir, plus(bounds.before, subdir), false);
    }

    private static List<String> plus(List<String> bounds, String bound) {
        // Of several upper bounds only the last scan's and the query's own are of use.
        List<String> result = new ArrayList<>(bounds.subList(0, Math.min(2, bounds.size())));
        result.add(bound);
        return result;
    }

    /** The least text above all that begin with {@code text}; none if there is no such. */
    static Optional<String> successor(String text) {
        int[] points = text.codePoints().toArray();
        for (int i = points.length - 1; i >= 0; i--) {
            if (points[i] < Character.MAX_CODE_POINT) {
                int next = points[i] + 1;
                points[i] = next >= 0xD800 && next <= 0xDFFF ? 0xE000 : next;
                return Optional.of(new String(points, 0, i + 1));
            }
        }
        return Optional.empty();
    }
}
