package io.zerocloud.sandbox.session;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One engine for all tests that do not harm it, closed when the last has run. */
final class Engines implements ParameterResolver {
    private static final ExtensionContext.Namespace SPACE =
            ExtensionContext.Namespace.create(Engines.class);

    private record Shared(Engine engine) implements AutoCloseable {
        @Override
        public void close() {
            engine.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Engine.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(SPACE)
                .getOrComputeIfAbsent(
                        Shared.class,
                        key -> {
                            try {
                                return new Shared(
                                        Engine.start(EngineConfig.defaults().withPoolSize(4)));
                            } catch (EngineException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        Shared.class)
                .engine();
    }
}
