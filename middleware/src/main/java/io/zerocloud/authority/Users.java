package io.zerocloud.authority;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who a caller is, for the guest's {@code REMOTE_USER}. It decides nothing: a caller whose name
 * cannot be found out has none.
 */
public final class Users {
    private static final Logger LOG = LoggerFactory.getLogger(Users.class);

    private final Directory directory;
    private final Cache<String, Optional<String>> known =
            Caffeine.newBuilder()
                    .maximumSize(100_000)
                    .expireAfterWrite(Duration.ofSeconds(30))
                    .build();

    /** Something that knows whose a token is. */
    public interface Directory {
        /** The name, or empty if the token is nobody's. */
        Optional<String> userOf(String token) throws IOException;
    }

    public Users(Directory directory) {
        this.directory = directory;
    }

    /** Where nothing is configured that could be asked. */
    public static Users unknown() {
        return new Users(_ -> Optional.empty());
    }

    /** The caller's name. */
    public Optional<String> of(Caller caller) {
        if (caller.token().isEmpty()) {
            return Optional.empty();
        }
        String key = caller.fingerprint();
        Optional<String> name = known.getIfPresent(key);
        if (name == null) {
            try {
                name = directory.userOf(caller.token().get());
                known.put(key, name);
            } catch (IOException e) {
                LOG.warn("The name of {} cannot be found out: {}", caller, e.getMessage());
                name = Optional.empty();
            }
        }
        return name;
    }
}
