package io.zerocloud.swift.disk;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pickle that Swift keeps in extended attributes: a dictionary of byte strings, protocol 2.
 *
 * <p>A pickle is a program that a general reader runs; these bytes come from a disk. This reader
 * therefore knows only the instructions that Python 2 and 3 emit for such a dictionary, calls
 * nothing ({@code _codecs.encode} and {@code bytes} are recognised, not looked up), and bounds what
 * it builds. Anything else is damage.
 */
final class MetadataPickle {
    /** Joined attributes beyond this are damage: Swift's own limits sum to well under 128 KiB. */
    static final int MAX_BYTES = 1 << 20;

    private static final int MAX_DEPTH = 8192;

    private static final int PROTO = 0x80;
    private static final int MARK = '(';
    private static final int STOP = '.';
    private static final int EMPTY_DICT = '}';
    private static final int EMPTY_TUPLE = ')';
    private static final int TUPLE1 = 0x85;
    private static final int TUPLE2 = 0x86;
    private static final int GLOBAL = 'c';
    private static final int REDUCE = 'R';
    private static final int SETITEM = 's';
    private static final int SETITEMS = 'u';
    private static final int BINPUT = 'q';
    private static final int LONG_BINPUT = 'r';
    private static final int BINGET = 'h';
    private static final int LONG_BINGET = 'j';
    private static final int BINUNICODE = 'X';
    private static final int BINSTRING = 'T';
    private static final int SHORT_BINSTRING = 'U';
    private static final int BINBYTES = 'B';
    private static final int SHORT_BINBYTES = 'C';

    private MetadataPickle() {}

    // ---- writing ---------------------------------------------------------------------------

    static byte[] encode(ObjectMetadata metadata) {
        Writer writer = new Writer();
        writer.dictionary(metadata.values());
        return writer.out.toByteArray();
    }

    /** Emits what CPython's pickle.dumps(dict of bytes, 2) does, memo numbers included. */
    private static final class Writer {
        final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        private int memo;
        private int encode = -1;
        private int latin1 = -1;
        private int bytes = -1;

        void dictionary(Map<String, String> values) {
            out.write(PROTO);
            out.write(2);
            out.write(EMPTY_DICT);
            put();
            if (values.size() > 1) {
                out.write(MARK);
            }
            values.forEach(
                    (key, value) -> {
                        string(PythonText.encode(key));
                        string(PythonText.encode(value));
                    });
            if (values.size() > 1) {
                out.write(SETITEMS);
            } else if (values.size() == 1) {
                out.write(SETITEM);
            }
            out.write(STOP);
        }

        private void string(byte[] value) {
            if (value.length == 0) {
                bytes = globalOrGet(bytes, "__builtin__\nbytes\n");
                out.write(EMPTY_TUPLE);
            } else {
                encode = globalOrGet(encode, "_codecs\nencode\n");
                unicode(new String(value, StandardCharsets.ISO_8859_1));
                put();
                if (latin1 < 0) {
                    unicode("latin1");
                    latin1 = put();
                } else {
                    get(latin1);
                }
                out.write(TUPLE2);
                put();
            }
            out.write(REDUCE);
            put();
        }

        private int globalOrGet(int known, String lines) {
            if (known >= 0) {
                get(known);
                return known;
            }
            out.write(GLOBAL);
            out.writeBytes(lines.getBytes(StandardCharsets.US_ASCII));
            return put();
        }

        private void unicode(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.write(BINUNICODE);
            word(utf8.length);
            out.writeBytes(utf8);
        }

        private int put() {
            if (memo < 256) {
                out.write(BINPUT);
                out.write(memo);
            } else {
                out.write(LONG_BINPUT);
                word(memo);
            }
            return memo++;
        }

        private void get(int number) {
            if (number < 256) {
                out.write(BINGET);
                out.write(number);
            } else {
                out.write(LONG_BINGET);
                word(number);
            }
        }

        private void word(int value) {
            out.writeBytes(
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
        }
    }

    // ---- reading ---------------------------------------------------------------------------

    static ObjectMetadata decode(byte[] pickle) throws DamagedMetadataException {
        if (pickle.length > MAX_BYTES) {
            throw new DamagedMetadataException(
                    "metadata: " + pickle.length + " bytes, more than " + MAX_BYTES);
        }
        return new Reader(pickle).run();
    }

    /** What can lie on the reader's stack. */
    private sealed interface Item {}

    private record Text(String text) implements Item {}

    @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves the reader
    private record Bytes(byte[] bytes) implements Item {}

    private record Callable(String name) implements Item {}

    private record Arguments(List<Item> items) implements Item {}

    private record Dictionary(Map<String, String> values) implements Item {}

    private record Mark() implements Item {}

    private static final class Reader {
        private final ByteBuffer in;
        private final Deque<Item> stack = new ArrayDeque<>();
        private final Map<Integer, Item> memo = new HashMap<>();

        Reader(byte[] pickle) {
            in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
        }

        ObjectMetadata run() throws DamagedMetadataException {
            while (true) {
                int at = in.position();
                int instruction = Byte.toUnsignedInt(take(1).get());
                switch (instruction) {
                    case PROTO -> take(1);
                    case MARK -> push(new Mark());
                    case EMPTY_DICT -> push(new Dictionary(new LinkedHashMap<>()));
                    case EMPTY_TUPLE -> push(new Arguments(List.of()));
                    case TUPLE1 -> push(new Arguments(List.of(pop())));
                    case TUPLE2 -> {
                        Item second = pop();
                        push(new Arguments(List.of(pop(), second)));
                    }
                    case GLOBAL -> push(new Callable(line() + '.' + line()));
                    case REDUCE -> {
                        Item arguments = pop();
                        push(call(pop(), arguments));
                    }
                    case SETITEM -> {
                        Item value = pop();
                        Item key = pop();
                        dictionary().put(string(key), string(value));
                    }
                    case SETITEMS -> setItems();
                    case BINPUT -> memo.put(Byte.toUnsignedInt(take(1).get()), peek());
                    case LONG_BINPUT -> memo.put(take(4).getInt(), peek());
                    case BINGET -> push(recall(Byte.toUnsignedInt(take(1).get())));
                    case LONG_BINGET -> push(recall(take(4).getInt()));
                    case BINUNICODE -> push(new Text(PythonText.decode(counted(4))));
                    case BINSTRING, BINBYTES -> push(new Bytes(counted(4)));
                    case SHORT_BINSTRING, SHORT_BINBYTES -> push(new Bytes(counted(1)));
                    case STOP -> {
                        ObjectMetadata metadata = new ObjectMetadata(dictionary());
                        if (stack.size() != 1 || in.hasRemaining()) {
                            throw damage("something is left over at the end");
                        }
                        return metadata;
                    }
                    default ->
                            throw damage(
                                    "instruction 0x%02x at byte %d is not one that Swift writes"
                                            .formatted(instruction, at));
                }
            }
        }

        private void setItems() throws DamagedMetadataException {
            List<Item> items = new ArrayList<>();
            for (Item item = pop(); !(item instanceof Mark); item = pop()) {
                items.add(item);
            }
            if (items.size() % 2 != 0) {
                throw damage("a name has no value");
            }
            Map<String, String> values = dictionary();
            for (int i = items.size() - 1; i > 0; i -= 2) {
                values.put(string(items.get(i)), string(items.get(i - 1)));
            }
        }

        private Item call(Item callable, Item arguments) throws DamagedMetadataException {
            if (callable instanceof Callable(String name)
                    && arguments instanceof Arguments(List<Item> items)) {
                if (name.equals("_codecs.encode")
                        && items.size() == 2
                        && items.get(0) instanceof Text(String text)
                        && items.get(1) instanceof Text(String encoding)
                        && encoding.equals("latin1")) {
                    return new Bytes(latin1(text));
                }
                // Python 3 names the module builtins, protocol 2 its old name.
                if ((name.equals("__builtin__.bytes") || name.equals("builtins.bytes"))
                        && items.isEmpty()) {
                    return new Bytes(new byte[0]);
                }
            }
            throw damage("a call that Swift does not write");
        }

        private static byte[] latin1(String text) throws DamagedMetadataException {
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) > 0xff) {
                    throw damage("a byte string holds U+%04X".formatted((int) text.charAt(i)));
                }
            }
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }

        private static String string(Item item) throws DamagedMetadataException {
            return switch (item) {
                case Bytes(byte[] bytes) -> PythonText.decode(bytes);
                case Text(String text) -> text;
                default -> throw damage("a name or value is not a string");
            };
        }

        private Map<String, String> dictionary() throws DamagedMetadataException {
            if (peek() instanceof Dictionary(Map<String, String> values)) {
                return values;
            }
            throw damage("not a dictionary");
        }

        private Item recall(int number) throws DamagedMetadataException {
            Item item = memo.get(number);
            if (item == null) {
                throw damage("memo " + number + " is empty");
            }
            return item;
        }

        private void push(Item item) throws DamagedMetadataException {
            if (stack.size() >= MAX_DEPTH) {
                throw damage("more than " + MAX_DEPTH + " items at once");
            }
            stack.push(item);
        }

        private Item pop() throws DamagedMetadataException {
            Item item = stack.poll();
            if (item == null) {
                throw damage("the stack is empty");
            }
            return item;
        }

        private Item peek() throws DamagedMetadataException {
            Item item = stack.peek();
            if (item == null) {
                throw damage("the stack is empty");
            }
            return item;
        }

        private byte[] counted(int width) throws DamagedMetadataException {
            ByteBuffer count = take(width);
            int length = width == 1 ? Byte.toUnsignedInt(count.get()) : count.getInt();
            byte[] bytes = new byte[checked(length)];
            in.get(bytes);
            return bytes;
        }

        private String line() throws DamagedMetadataException {
            int start = in.position();
            while (take(1).get() != '\n') {
                if (in.position() - start > 100) {
                    throw damage("a name of a callable is too long");
                }
            }
            return new String(
                    in.array(), start, in.position() - 1 - start, StandardCharsets.ISO_8859_1);
        }

        private ByteBuffer take(int length) throws DamagedMetadataException {
            checked(length);
            ByteBuffer taken = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            in.position(in.position() + length);
            return taken;
        }

        private int checked(int length) throws DamagedMetadataException {
            if (length < 0 || length > in.remaining()) {
                throw damage("cut off");
            }
            return length;
        }

        private static DamagedMetadataException damage(String what) {
            return new DamagedMetadataException("metadata pickle: " + what);
        }
    }
}
