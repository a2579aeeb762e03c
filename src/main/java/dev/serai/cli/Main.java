package dev.serai.cli;

import dev.serai.capability.Catalog;
import dev.serai.gateway.Declarations;
import dev.serai.gateway.StartException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Where the process starts: {@code bin/serai <verb>}. */
public final class Main {
    private Main() {}

    /** Exits with 0 result, 1 failure, 2 usage or 3 unreachable. */
    public static void main(String[] args) {
        System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
        Path home =
                Path.of(System.getProperty("serai.home", "")).toAbsolutePath().normalize();
        CliContext context = new CliContext(
                home,
                System.in,
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                Boolean.getBoolean("serai.terminal"),
                roots -> declared(home, roots),
                LocalGateway::start);
        System.exit(run(context, args));
    }

    private static Catalog declared(Path home, List<Path> roots) {
        try {
            return Declarations.load(home, System::getenv, roots);
        } catch (StartException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }

    /** JSON is UTF-8 whatever the locale says. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor)), true, StandardCharsets.UTF_8);
    }

    private static int run(CliContext context, String[] args) {
        boolean serves = args.length > 0 && ("run".equals(args[0]) || "demo".equals(args[0]));
        try {
            Logging.configure(context.home(), serves ? "INFO" : "WARN");
        } catch (CliException e) {
            context.err().println("serai: " + e.getMessage());
            return e.exitCode();
        }
        return new Cli(context).run(args);
    }
}
