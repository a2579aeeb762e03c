package dev.serai.cli;

import dev.serai.gateway.EntryPoint;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** What a gateway says when it is ready. */
final class Announcement {
    private static final double MILLIS_PER_SECOND = 1000.0;

    private Announcement() {}

    /** Problems of declarations on standard error, then entry points and the ready line. */
    static void print(LocalGateway gateway, CliContext cli) {
        gateway.catalog().problems().forEach(cli.err()::println);
        int width = gateway.entryPoints().stream()
                .mapToInt(entry -> entry.name().length())
                .max()
                .orElse(0);
        for (EntryPoint entry : gateway.entryPoints()) {
            cli.out().println(entry.name() + " ".repeat(width - entry.name().length()) + "  " + entry.url());
        }
        long uptime = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        cli.out()
                .println(String.format(
                        Locale.ROOT, "serai ready in %.1f s at %s", uptime / MILLIS_PER_SECOND, gateway.url()));
        cli.out().flush();
    }
}
