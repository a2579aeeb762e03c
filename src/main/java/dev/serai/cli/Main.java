package dev.serai.cli;

import dev.serai.capability.CatalogLoader;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the process starts: {@code bin/serai <verb>}. */
public final class Main {
    private Main() {}

    /** Exits with 0 result, 1 failure, 2 usage or 3 unreachable. */
    public static void main(String[] args) {
        Path home =
                Path.of(System.getProperty("serai.home", "")).toAbsolutePath().normalize();
        configureLogging(home);
        CliContext context = new CliContext(
                home,
                System.in,
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                Boolean.getBoolean("serai.terminal"),
                CatalogLoader::load,
                LocalGateway::start);
        System.exit(new Cli(context).run(args));
    }

    /** JSON is UTF-8 whatever the locale says. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor)), true, StandardCharsets.UTF_8);
    }

    private static void configureLogging(Path home) {
        Path own = home.resolve("config").resolve("log4j2.properties");
        if (Files.isRegularFile(own) && System.getProperty("log4j2.configurationFile") == null) {
            System.setProperty("log4j2.configurationFile", own.toUri().toString());
        }
    }
}
