package io.zerocloud.swift.testing;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/**
 * Gives a test class the JVM's one {@link RealSwift}, with Keystone and encryption if their
 * packages are there. Tests share it: each uses containers of its own name.
 */
public final class RealSwiftExtension implements BeforeAllCallback, ParameterResolver {
    private static final ExtensionContext.Namespace SPACE =
            ExtensionContext.Namespace.create(RealSwiftExtension.class);

    /** What the start gave: a Swift, or the reason why tests are skipped. */
    private record Shared(@Nullable RealSwift swift, @Nullable RuntimeException skipped)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (swift != null) {
                swift.close();
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        swift(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RealSwift.class;
    }

    @Override
    public RealSwift resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return swift(context);
    }

    private static RealSwift swift(ExtensionContext context) {
        Shared shared =
                context.getRoot()
                        .getStore(SPACE)
                        .getOrComputeIfAbsent(Shared.class, key -> start(), Shared.class);
        if (shared.swift() != null) {
            return shared.swift();
        }
        throw shared.skipped() != null ? shared.skipped() : new IllegalStateException("no Swift");
    }

    private static Shared start() {
        try {
            return new Shared(RealSwift.start("--keystone", "--encryption"), null);
        } catch (TestAbortedException missing) {
            return new Shared(null, missing);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
