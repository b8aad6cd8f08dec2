package io.zerocloud.swift.store;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Content negotiation by an Accept header (RFC 9110 section 12.5.1, as far as Swift follows it).
 */
final class Accept {
    private Accept() {}

    private record Item(String range, double quality) {}

    /** The offer of the highest quality, the first of equals; none if all are refused. */
    static <T> Optional<T> best(String header, List<T> offers, Function<T, String> mediaType) {
        List<Item> items = parse(header);
        Optional<T> best = Optional.empty();
        double bestQuality = 0;
        for (T offer : offers) {
            double quality = quality(items, mediaType.apply(offer));
            if (quality > bestQuality) {
                bestQuality = quality;
                best = Optional.of(offer);
            }
        }
        return best;
    }

    /** The most specific range that matches decides. */
    private static double quality(List<Item> items, String type) {
        String group = type.substring(0, type.indexOf('/')) + "/*";
        double quality = 0;
        int specific = -1;
        for (Item item : items) {
            int rank =
                    item.range.equals(type)
                            ? 2
                            : item.range.equals(group) ? 1 : item.range.equals("*/*") ? 0 : -1;
            if (rank > specific) {
                specific = rank;
                quality = item.quality;
            }
        }
        return quality;
    }

    private static List<Item> parse(String header) {
        if (header.isBlank()) {
            return List.of(new Item("*/*", 1));
        }
        return java.util.Arrays.stream(header.split(",")).map(Accept::item).toList();
    }

    private static Item item(String text) {
        String[] parts = text.split(";");
        String range = parts[0].strip().toLowerCase(Locale.ROOT);
        if (!range.matches("[^\\s/]+/[^\\s/]+")) {
            throw RequestFailure.badRequest("Invalid Accept header");
        }
        double quality = 1;
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                quality = quality(parameter.substring(2).strip());
            }
        }
        return new Item(range, quality);
    }

    private static double quality(String text) {
        if (!text.matches("[0-9]*\\.?[0-9]*") || text.isEmpty() || text.equals(".")) {
            throw RequestFailure.badRequest("Invalid Accept header");
        }
        return Double.parseDouble(text);
    }
}
