package io.zerocloud.serve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The certificate authority of one cluster, in a folder: what agents off loopback need to prove to
 * the proxies that they are of this cluster, and the secret that proxies prove themselves with.
 *
 * <p>{@code ca.pem} and {@code cluster.key} go to every machine, {@code NAME.pem} and {@code
 * NAME.key} to the agent of that name; {@code ca.p12}, which can issue more, stays where it is.
 * Certificates are made by the JDK's own keytool: ECDSA on P-256.
 */
public final class ClusterAuthority {
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,45}");
    private static final Pattern IP = Pattern.compile("[0-9.]+|.*:.*");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Set<String> TAKEN = Set.of("ca", "cluster");

    /** The mode of its file is what protects the store; the format wants a password. */
    private static final String PASSWORD = "zerocloud";

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;

    private ClusterAuthority(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens the authority of a folder; makes it, and the cluster's key, if there is none.
     *
     * @throws IOException if the folder cannot be written or keytool does not run
     */
    public static ClusterAuthority in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder.toAbsolutePath().getParent());
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        ClusterAuthority authority = new ClusterAuthority(folder);
        if (!Files.exists(authority.store())) {
            authority.found();
        }
        if (!Files.exists(authority.clusterKey())) {
            byte[] key = new byte[32];
            new SecureRandom().nextBytes(key);
            write(authority.clusterKey(), HexFormat.of().formatHex(key) + "\n");
        }
        return authority;
    }

    /** The authority's certificate: {@code cluster.ca} of a proxy. */
    public Path certificate() {
        return folder.resolve("ca.pem");
    }

    /** The shared secret: {@code cluster.key_file} of everybody. */
    public Path clusterKey() {
        return folder.resolve("cluster.key");
    }

    private Path store() {
        return folder.resolve("ca.p12");
    }

    /**
     * What an agent listens with.
     *
     * @param certificate {@code node.tls_certificate}
     * @param key {@code node.tls_key}
     */
    public record Issued(Path certificate, Path key) {}

    /**
     * Issues a certificate, in place of an earlier one of that name.
     *
     * @param name of the agent
     * @param hosts names and addresses by which proxies reach it, at least one
     * @throws IllegalArgumentException if a name or host is none
     */
    public Issued issue(String name, List<String> hosts) throws IOException {
        if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
            throw new IllegalArgumentException(
                    "'" + name + "' is not 1 to 64 letters, digits and '._-', or is ca or cluster");
        }
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException(name + ": at least one host is needed");
        }
        List<String> names = new ArrayList<>();
        for (String host : hosts) {
            if (!HOST.matcher(host).matches()) {
                throw new IllegalArgumentException(
                        name + ": '" + host + "' is no host name and no IP address");
            }
            names.add((IP.matcher(host).matches() ? "ip:" : "dns:") + host);
        }
        Path copy = Files.createTempFile(folder, "issue", ".p12", OWNER_ONLY);
        try {
            Files.copy(store(), copy, StandardCopyOption.REPLACE_EXISTING);
            restrict(copy);
            keytool(
                    copy,
                    List.of(
                            "-alias",
                            "agent-" + name,
                            "-signer",
                            "ca",
                            "-dname",
                            "CN=" + name + ", O=ZeroCloud agent",
                            "-validity",
                            "825",
                            "-ext",
                            "san=" + String.join(",", names),
                            "-ext",
                            "KeyUsage:critical=digitalSignature",
                            "-ext",
                            "ExtendedKeyUsage=serverAuth",
                            "-ext",
                            "BasicConstraints:critical=ca:false"));
            Issued issued =
                    new Issued(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
            export(copy, "agent-" + name, issued.certificate(), issued.key());
            return issued;
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private void found() throws IOException {
        Path fresh = Files.createTempFile(folder, "ca", ".p12", OWNER_ONLY);
        try {
            // keytool makes a store of its own only where there is no file.
            Files.delete(fresh);
            keytool(
                    fresh,
                    List.of(
                            "-alias",
                            "ca",
                            "-dname",
                            "CN=ZeroCloud cluster CA",
                            "-validity",
                            "3650",
                            "-ext",
                            "BasicConstraints:critical=ca:true,pathlen:0",
                            "-ext",
                            "KeyUsage:critical=keyCertSign"));
            restrict(fresh);
            write(certificate(), pem("CERTIFICATE", certificate(fresh, "ca")));
            Files.move(fresh, store(), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void keytool(Path store, List<String> options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(
                List.of(
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1"));
        command.addAll(options);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool failed: " + said.strip());
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static byte[] certificate(Path store, String alias) throws IOException {
        try {
            return open(store).getCertificate(alias).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IOException(store + ": no certificate " + alias, e);
        }
    }

    private static void export(Path store, String alias, Path certificate, Path key)
            throws IOException {
        try {
            KeyStore opened = open(store);
            write(
                    key,
                    pem("PRIVATE KEY", opened.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
            write(certificate, pem("CERTIFICATE", opened.getCertificate(alias).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException(store + ": no key " + alias, e);
        }
    }

    private static KeyStore open(Path store) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore opened = KeyStore.getInstance("PKCS12");
            opened.load(in, PASSWORD.toCharArray());
            return opened;
        }
    }

    private static String pem(String what, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    /** Whole or not at all, and never readable by others, not even for a moment. */
    private static void write(Path file, String text) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path fresh = Files.createTempFile(directory, "new", "", OWNER_ONLY);
        try {
            Files.writeString(fresh, text, StandardOpenOption.WRITE);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void restrict(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
