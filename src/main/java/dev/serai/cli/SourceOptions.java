package dev.serai.cli;

import dev.serai.gateway.Declarations;
import dev.serai.gateway.GatewayOptions;
import dev.serai.gateway.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where declarations, routes and settings come from. */
final class SourceOptions {
    @Option(
            names = "--capabilities",
            paramLabel = "DIR",
            description = "Folder of declarations, instead of the default one; repeatable.")
    private List<Path> capabilities = new ArrayList<>();

    @Option(
            names = "--routes",
            paramLabel = "DIR",
            description = "Folder of routes, beside the shipped ones; repeatable.")
    private List<Path> routes = new ArrayList<>();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings, instead of config/application.properties.")
    private @Nullable Path config;

    @Option(
            names = "-D",
            paramLabel = "key=value",
            description = "One setting, by its name in config/application.properties; repeatable.")
    private Map<String, String> settings = new LinkedHashMap<>();

    /** The folders of declarations. */
    List<Path> capabilityRoots(Path home) {
        return capabilities.isEmpty() ? List.of(home.resolve("capabilities")) : existing(capabilities);
    }

    /** The folders of routes: the shipped one first. */
    List<Path> routeRoots(Path home) {
        List<Path> roots = new ArrayList<>();
        roots.add(home.resolve("routes"));
        roots.addAll(existing(routes));
        return roots;
    }

    GatewayOptions gateway(Path home, boolean http, @Nullable ListenOptions listen) {
        Map<String, String> overrides = new LinkedHashMap<>(settings);
        if (listen != null) {
            listen.addTo(overrides);
        }
        String level = overrides.get(Logging.LEVEL);
        if (level != null) {
            Logging.level(level);
        }
        Path file = config;
        if (file != null && !Files.isRegularFile(file)) {
            throw CliException.usage("--config " + file + ": no such file");
        }
        return new GatewayOptions(home, existing(capabilities), existing(routes), file, overrides, http);
    }

    /** What the settings list for declarations to name. */
    Providers.Listed listed(Path home) {
        return new Providers.Listed() {
            @Override
            public Set<String> servers() {
                try {
                    return Declarations.listedServers(gateway(home, false, null), System::getenv);
                } catch (StartException e) {
                    throw CliException.usage(String.valueOf(e.getMessage()));
                }
            }

            @Override
            public Set<String> networks() {
                try {
                    return Declarations.listedNetworks(gateway(home, false, null), System::getenv);
                } catch (StartException e) {
                    throw CliException.usage(String.valueOf(e.getMessage()));
                }
            }
        };
    }

    private static List<Path> existing(List<Path> folders) {
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw CliException.usage(folder + ": no such folder");
            }
        }
        return List.copyOf(folders);
    }
}
