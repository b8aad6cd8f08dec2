package io.zerocloud.swift.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listings against a model that sorts, filters and rolls up all names in memory. */
class ListingTest {
    private static final Comparator<String> UTF8 =
            (a, b) ->
                    Arrays.compareUnsigned(
                            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private static final List<String> PIECES =
            List.of("a", "b", "/", "//", "é", "\uffee", "\ud83d\ude00", ".", "z/", "0");

    @TempDir private Path directory;

    @Test
    void everyQueryListsWhatTheModelLists() throws Exception {
        Random random = new Random(5);
        TreeSet<String> names = new TreeSet<>(UTF8);
        for (int i = 0; i < 150; i++) {
            names.add(name(random, 1 + random.nextInt(5)));
        }
        SwiftPath container = SwiftPath.ofContainer("AUTH_a", "c");
        try (Catalog catalog = new Catalog(directory.resolve("catalog.db"))) {
            catalog.putContainer(container, 1, stored -> stored);
            for (String name : names) {
                SwiftPath path = new SwiftPath("AUTH_a", "c", name);
                catalog.putObject(path, new Listed.ObjectRow(name, 2, 1, "t", "e", ""), 0);
            }
            Catalog.Container found = catalog.container("AUTH_a", "c").orElseThrow();
            assertThat(found.objects()).isEqualTo(names.size());
            for (int i = 0; i < 1500; i++) {
                ListingQuery query = query(random);
                assertThat(catalog.objects(found, query).stream().map(Listed::name).toList())
                        .as(query.toString())
                        .isEqualTo(model(names, query));
            }
        }
    }

    private static String name(Random random, int pieces) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            name.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return name.toString();
    }

    private static ListingQuery query(Random random) {
        String delimiter = List.of("", "", "/", "a", "//", "é").get(random.nextInt(6));
        return new ListingQuery(
                random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 1000,
                random.nextBoolean() ? "" : name(random, 1 + random.nextInt(2)),
                random.nextBoolean() ? "" : name(random, 1 + random.nextInt(2)),
                random.nextBoolean() ? "" : name(random, 1 + random.nextInt(2)),
                delimiter,
                Optional.empty(),
                random.nextInt(3) == 0);
    }

    private static List<String> model(NavigableSet<String> names, ListingQuery query) {
        String low = query.reverse() ? query.endMarker() : query.marker();
        String high = query.reverse() ? query.marker() : query.endMarker();
        List<String> ordered = new ArrayList<>(query.reverse() ? names.descendingSet() : names);
        List<String> result = new ArrayList<>();
        for (String name : ordered) {
            boolean within =
                    UTF8.compare(name, low) > 0
                            && (high.isEmpty() || UTF8.compare(name, high) < 0)
                            && name.startsWith(query.prefix());
            if (!within) {
                continue;
            }
            int end =
                    query.delimiter().isEmpty()
                            ? -1
                            : name.indexOf(query.delimiter(), query.prefix().length());
            String entry = end < 0 ? name : name.substring(0, end + query.delimiter().length());
            boolean seen = end >= 0 && result.contains(entry);
            // The subdir that was a page's last entry does not come again on the next page.
            if (!seen && !(end >= 0 && entry.equals(low))) {
                result.add(entry);
            }
        }
        return result.subList(0, Math.min(query.limit(), result.size()));
    }

    @Test
    void aPseudoFolderListsWhatIsDirectlyInIt() throws Exception {
        SwiftPath container = SwiftPath.ofContainer("AUTH_a", "c");
        try (Catalog catalog = new Catalog(directory.resolve("catalog.db"))) {
            catalog.putContainer(container, 1, stored -> stored);
            for (String name : List.of("a", "d", "d/", "d/x", "d/y", "d/z/", "d/z/q", "e")) {
                SwiftPath path = new SwiftPath("AUTH_a", "c", name);
                catalog.putObject(path, new Listed.ObjectRow(name, 2, 1, "t", "e", ""), 0);
            }
            Catalog.Container found = catalog.container("AUTH_a", "c").orElseThrow();
            for (boolean reverse : new boolean[] {false, true}) {
                ListingQuery query =
                        new ListingQuery(100, "", "", "d/", "/", Optional.of("d/"), reverse);
                assertThat(catalog.objects(found, query).stream().map(Listed::name))
                        .containsExactlyElementsOf(
                                reverse
                                        ? List.of("d/z/", "d/y", "d/x")
                                        : List.of("d/x", "d/y", "d/z/"));
            }
        }
    }
}
