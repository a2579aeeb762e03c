package dev.serai.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which sessions are listed. */
final class SessionFilter {
    @Option(names = "--provider", paramLabel = "NAME", description = "Only sessions of this provider.")
    private @Nullable String provider;

    @Option(names = "--server", paramLabel = "TEXT", description = "Only sessions whose server's URL contains this.")
    private @Nullable String server;

    @Option(names = "--closed", description = "The sessions that ended last, with the reason.")
    private boolean closed;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "At most so many, up to 1000.")
    private int limit = 100;

    @Option(names = "--after", paramLabel = "NAME", description = "Go on after this one.")
    private @Nullable String after;

    boolean closed() {
        return closed;
    }

    String query() {
        List<String> parameters = new ArrayList<>();
        parameters.add("limit=" + limit);
        add(parameters, "provider", provider);
        add(parameters, "server", server);
        add(parameters, "after", after);
        if (closed) {
            parameters.add("closed=true");
        }
        return "?" + String.join("&", parameters);
    }

    private static void add(List<String> parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }
}
