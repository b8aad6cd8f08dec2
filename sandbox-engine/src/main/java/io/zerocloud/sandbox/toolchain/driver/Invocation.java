package io.zerocloud.sandbox.toolchain.driver;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One call of the compiler, as a process would see it.
 *
 * @param arguments without the program's name
 * @param directory current directory; relative names are resolved against it
 * @param environment of the caller; tools inherit it
 * @param input standard input, read only if {@code -} is compiled
 * @param output what goes to standard output, not closed here
 * @param errors what goes to standard error, not closed here
 */
public record Invocation(
        List<String> arguments,
        Path directory,
        Map<String, String> environment,
        InputStream input,
        OutputStream output,
        OutputStream errors) {
    public Invocation {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** The absolute form of a file name as the caller means it. */
    Path resolve(String name) {
        return directory.resolve(name);
    }

    Invocation withArguments(List<String> changed) {
        return new Invocation(changed, directory, environment, input, output, errors);
    }
}
