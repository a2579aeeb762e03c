package dev.serai.http;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server as the operator lists it.
 *
 * @param name what declarations call it
 * @param command the program and its arguments
 * @param environment all that the process finds in its environment
 * @param secrets values among these that are never logged
 * @param directory where it runs; {@code null} where the gateway does
 */
public record LocalServer(
        String name,
        List<String> command,
        Map<String, String> environment,
        List<String> secrets,
        @Nullable Path directory) {
    /** Says nothing of arguments and environment, which may hold secrets. */
    @Override
    public String toString() {
        return "LocalServer[" + name + "]";
    }
}
