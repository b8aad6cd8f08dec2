package io.zerocloud.authority;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * TempAuth's tokens in Swift's memcached: under the MD5 of {@code AUTH_/token/TOKEN} a JSON list of
 * the time when it expires and the bearer's groups ({@code swift.common.middleware.tempauth}). Read
 * only; memcached knows no passwords, so whoever may connect may read, and Swift's operators keep
 * it to their network.
 */
public final class MemcachedUsers implements Users.Directory {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int MAX_VALUE = 64 * 1024;

    private final String host;
    private final int port;

    public MemcachedUsers(String host, int port) {
        this.host = host;
        this.port = port;
    }

    @Override
    public Optional<String> userOf(String token) throws IOException {
        String key = md5("AUTH_/token/" + token);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write(("get " + key + "\r\n").getBytes(StandardCharsets.US_ASCII));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            String[] head = line(in).split(" ");
            if (head.length < 4 || !head[0].equals("VALUE")) {
                return Optional.empty();
            }
            int length = Integer.parseInt(head[3]);
            if (length < 0 || length > MAX_VALUE) {
                throw new IOException("memcached has " + length + " bytes for a token");
            }
            return groups(in.readNBytes(length));
        } catch (NumberFormatException e) {
            throw new IOException("memcached does not speak its protocol", e);
        }
    }

    private static Optional<String> groups(byte[] value) throws IOException {
        JsonNode entry = JSON.readTree(value);
        double expires = entry.path(0).asDouble();
        JsonNode groups = entry.path(1);
        return groups.isTextual() && expires * 1000 > System.currentTimeMillis()
                ? Optional.of(groups.asText())
                : Optional.empty();
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            if (line.length() > 512) {
                throw new IOException("memcached does not speak its protocol");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("MD5")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
