package io.zerocloud.plan;

/** The order of Swift's listings: that of the names' UTF-8 bytes, which is that of code points. */
public final class Utf8Order {
    private Utf8Order() {}

    /** As {@link java.util.Comparator#compare}. */
    public static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // UTF-16 puts surrogates below U+E000..U+FFFF; UTF-8 puts them above.
                boolean xSurrogate = Character.isSurrogate(x);
                boolean ySurrogate = Character.isSurrogate(y);
                return xSurrogate == ySurrogate ? Character.compare(x, y) : xSurrogate ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
