package dev.serai.cli;

import dev.serai.gateway.Declarations;
import dev.serai.gateway.GatewayOptions;
import dev.serai.gateway.StartException;
import dev.serai.http.LocalServers;
import dev.serai.http.UpstreamNetwork;
import dev.serai.importing.ImportConnection;
import dev.serai.importing.ImportSource;
import dev.serai.importing.ImportedServer;
import dev.serai.importing.Importer;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.sample.FirstCall;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes declarations for what a server offers. */
@Command(
        name = "import",
        description = {
            "Write a file of declarations for what a server or a description of it offers, or bring it up to date.",
            "What was edited by hand in the file stays."
        },
        footer = {
            "%nExamples:",
            "  serai import " + FirstCall.PROVIDER + " https://docs.example.org/" + FirstCall.PROVIDER
                    + " --auth-env TEAM_TOKEN",
            "  serai import " + FirstCall.PROVIDER + " http://127.0.0.1:3001/" + FirstCall.PROVIDER
                    + " --name tools --dry-run",
            "  serai import " + FirstCall.PROVIDER + " stdio:memory --prefix team.memory. --output my-capabilities",
            "  serai import " + FirstCall.PROVIDER + " http://127.0.0.1:3001/" + FirstCall.PROVIDER + " --watch",
            "  serai import openapi pets.yaml --server https://pets.example.com/v1",
            "%nExit code 0 done, 1 something of the server cannot be declared or is declared elsewhere,",
            "2 usage, 3 the server cannot be reached."
        })
final class ImportCommand implements Callable<Integer> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private final CliContext cli;

    @Parameters(
            index = "0",
            paramLabel = "PROTOCOL",
            description = "What the server speaks, or how it is described: " + FirstCall.PROVIDER + ", openapi")
    private String kind = "";

    @Parameters(
            index = "1",
            paramLabel = "URL",
            description = "The server: http, https, or stdio:name; or its description, a file too.")
    private String url = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the file and the ids are called after (default: what the server calls itself).")
    private @Nullable String name;

    @Option(
            names = "--auth-env",
            paramLabel = "VAR",
            description = "The environment variable with the server's bearer token, now and in the declarations.")
    private @Nullable String authEnv;

    @Option(
            names = "--output",
            paramLabel = "FILE|DIR",
            description = "Where to write (default: NAME.yaml in the folder of capabilities).")
    private @Nullable Path output;

    @Option(
            names = "--prefix",
            paramLabel = "P",
            description = "What the ids begin with (default: PROTOCOL.NAME and a dot).")
    private @Nullable String prefix;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The server of the declarations, instead of what a description says.")
    private @Nullable String address;

    @Option(names = "--watch", description = "Stay, and import again whenever the server offers something else.")
    private boolean watch;

    @Option(names = "--dry-run", description = "Say what would change and write nothing.")
    private boolean dryRun;

    @Mixin
    private SourceOptions sources = new SourceOptions();

    ImportCommand(CliContext cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException, StartException {
        Importer importer = importer();
        GatewayOptions options = sources.gateway(cli.home(), false, null);
        UpstreamNetwork network = Declarations.network(options, System::getenv);
        try (LocalServers local = Declarations.openListed(options, System::getenv);
                ImportConnection server = importer.open(new ImportSource(place(importer), token(), local, network))) {
            ImportTarget target = new ImportTarget(
                    cli, sources, importer.kind(), place(importer), authEnv, name, prefix, output, dryRun);
            boolean whole = target.write(addressed(server.fetch(), importer));
            while (watch) {
                server.awaitChange(LOOK_AGAIN);
                whole = target.write(addressed(server.fetch(), importer));
            }
            return whole ? ExitCode.OK : ExitCode.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.OK;
        } catch (CapabilityException e) {
            if (e.code() == ErrorCode.UPSTREAM_UNAVAILABLE || e.code() == ErrorCode.TIMEOUT) {
                throw new CliException(ExitCode.UNREACHABLE, String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private Importer importer() {
        TreeMap<String, Importer> known = new TreeMap<>();
        ServiceLoader.load(Importer.class).forEach(each -> known.put(each.kind(), each));
        Importer importer = known.get(kind);
        if (importer == null) {
            throw CliException.usage("PROTOCOL is one of " + String.join(", ", known.keySet()) + ", was " + kind);
        }
        return importer;
    }

    private String place(Importer importer) {
        return importer.readsFiles() && !url.matches("https?:.*") ? url : checked(url);
    }

    /** Of a description the server is known by what it says, or by what the command line says instead. */
    private ImportedServer addressed(ImportedServer server, Importer importer) {
        if (address == null && importer.readsFiles() && !server.metadata().containsKey("server_url")) {
            throw CliException.usage("the description names no server that can be used: give one with --server URL");
        }
        if (address == null) {
            return server;
        }
        Map<String, Object> metadata = new LinkedHashMap<>(server.metadata());
        metadata.put("server_url", checked(address));
        return new ImportedServer(server.name(), metadata, server.tools(), server.unusable());
    }

    private static String checked(String url) {
        if (LocalServers.isLocal(url)) {
            return url;
        }
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw CliException.usage("URL is no URL");
        }
        throw CliException.usage("URL is an http or https URL with a host and without user information, or stdio:name");
    }

    private @Nullable String token() {
        if (authEnv == null) {
            return null;
        }
        String token = System.getenv(authEnv);
        if (token == null || token.isBlank()) {
            cli.err().println("serai: the environment variable " + authEnv + " is not set: no token is sent");
            return null;
        }
        return token.strip();
    }
}
