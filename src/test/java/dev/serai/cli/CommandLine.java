package dev.serai.cli;

import dev.serai.capability.CatalogLoader;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A command as a user runs it, in this process.
 *
 * @param exitCode of the command
 */
public record CommandLine(int exitCode, String out, String err) {
    /** Runs it to its end, with an empty input. */
    public static CommandLine run(String... arguments) {
        return runIn(Path.of("").toAbsolutePath(), arguments);
    }

    /** The same in a folder of its own instead of the project's. */
    public static CommandLine runIn(Path home, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CliContext context = new CliContext(
                home,
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                CatalogLoader::load,
                LocalGateway::start);
        int exitCode = new Cli(context).run(arguments);
        return new CommandLine(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
