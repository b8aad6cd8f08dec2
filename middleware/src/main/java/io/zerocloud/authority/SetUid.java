package io.zerocloud.authority;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.zerocloud.job.StorePath;
import io.zerocloud.stream.BlockingHttp.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Set-uid: an owner lets others use a container through one app. Two metadata items of the
 * container say so: {@code X-Container-Meta-Rest-Endpoint}, the app's URL, and {@code
 * X-Container-Meta-Zerovm-Suid}, an ACL text of who may.
 *
 * <p>Neither gives us a right. What is then done is done as the service user, with what the owner
 * granted that user in the container's ordinary ACLs; the metadata only say when we may use it. And
 * no ACL is read by us: whether the text grants the caller something is asked of Swift, by giving
 * it to a container of the service account as read ACL and letting the caller look for an object
 * there. Answers are kept for 30 s at most.
 */
public final class SetUid {
    private static final Logger LOG = LoggerFactory.getLogger(SetUid.class);
    private static final Duration KEPT = Duration.ofSeconds(30);

    /** Swift's longest value of a metadata item. */
    private static final int MAX_TEXT = 256;

    private static final String ENDPOINT = "X-Container-Meta-Rest-Endpoint";
    private static final String TEXT = "X-Container-Meta-Zerovm-Suid";

    private final SwiftApi swift;
    private final ServiceUser user;
    private final Cache<StorePath, Grant> grants =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(KEPT).build();
    private final Cache<Map.Entry<String, String>, Boolean> answers =
            Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(KEPT).build();

    public SetUid(SwiftApi swift, ServiceUser user) {
        this.swift = swift;
        this.user = user;
    }

    private record Grant(String endpoint, String text) {
        static final Grant NONE = new Grant("", "");
    }

    /**
     * Whether a container's owner lets the caller use it through the app. Anything that cannot be
     * found out is a no.
     */
    boolean grants(Caller caller, StorePath container, StorePath app) {
        try {
            Grant grant = grant(container, caller.transaction());
            return !grant.text().isBlank()
                    && grant.text().length() <= MAX_TEXT
                    && grant.endpoint().equals(app.url())
                    && isIn(caller, grant.text());
        } catch (IOException e) {
            LOG.warn("Set-uid of {} cannot be found out: {}", container, e.getMessage());
            return false;
        }
    }

    /** The service user as one who acts in a caller's job. */
    Caller service(Caller caller) throws IOException {
        return as(user.token(), caller.transaction());
    }

    /**
     * The text of {@code X-Container-Meta-Rest-Endpoint} as the service user sees it, or empty.
     *
     * @param transaction for Swift's log
     */
    String endpoint(StorePath container, String transaction) throws IOException {
        return grant(container, transaction).endpoint();
    }

    private Grant grant(StorePath container, String transaction) throws IOException {
        Grant known = grants.getIfPresent(container);
        if (known != null) {
            return known;
        }
        Grant found = Grant.NONE;
        try (Reply reply = head(container, transaction)) {
            if (reply.status() / 100 == 2) {
                found = new Grant(endpoint(reply), reply.header(TEXT));
            }
        }
        grants.put(container, found);
        return found;
    }

    /** The endpoint that the head of a container names, percent-decoded, or empty. */
    static String endpoint(Reply container) {
        return io.zerocloud.request.JobRequest.percentDecoded(container.header(ENDPOINT));
    }

    private Reply head(StorePath container, String transaction) throws IOException {
        String token = user.token();
        Reply reply = swift.head(as(token, transaction), container);
        if (reply.status() != 401) {
            return reply;
        }
        reply.close();
        return swift.head(as(user.renew(token), transaction), container);
    }

    private boolean isIn(Caller caller, String text) throws IOException {
        Map.Entry<String, String> question = Map.entry(caller.fingerprint(), text);
        Boolean known = answers.getIfPresent(question);
        if (known != null) {
            return known;
        }
        StorePath probe = new StorePath(user.account(), "zerocloud-suid-" + digest(text), "probe");
        boolean granted = false;
        try (Reply made =
                swift.putContainer(
                        as(user.token(), caller.transaction()),
                        probe.inContainer(),
                        Map.of("X-Container-Read", text))) {
            if (made.status() / 100 == 2) {
                try (Reply reply = swift.head(caller, probe)) {
                    granted = reply.status() == 404;
                }
            } else {
                LOG.warn("Swift does not take the set-uid text '{}': {}", text, made.status());
            }
        }
        answers.put(question, granted);
        return granted;
    }

    private static Caller as(String token, String transaction) {
        return new Caller(Optional.of(token), "", transaction);
    }

    private static String digest(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
