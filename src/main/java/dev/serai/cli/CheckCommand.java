package dev.serai.cli;

import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.capability.Problem;
import dev.serai.capability.Problem.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Validates declarations and routes without starting anything. */
@Command(
        name = "check",
        description = "Validate every declaration and route; errors as file:line: message.",
        footer = {
            "%nExamples:",
            "  serai check",
            "  serai check my-capabilities/",
            "  serai check --capabilities my-capabilities --routes my-routes",
            "%nExit code 1 when there is an error; warnings alone are no failure."
        })
final class CheckCommand implements Callable<Integer> {
    private final CliContext cli;

    @Mixin
    private SourceOptions sources = new SourceOptions();

    @Parameters(
            arity = "0..*",
            paramLabel = "DIR",
            description = "Folders of declarations, or folders that hold capabilities/ and routes/.")
    private List<Path> folders = new ArrayList<>();

    CheckCommand(CliContext cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        List<Path> capabilityRoots = new ArrayList<>();
        List<Path> routeRoots = new ArrayList<>(sources.routeRoots(cli.home()));
        folders.forEach(folder -> addFolder(folder, capabilityRoots, routeRoots));
        Catalog catalog =
                cli.catalogs().apply(capabilityRoots.isEmpty() ? sources.capabilityRoots(cli.home()) : capabilityRoots);
        RouteCheck routes = RouteCheck.of(RouteFile.below(routeRoots));

        List<Problem> problems = new ArrayList<>(catalog.problems());
        problems.addAll(routes.problems());
        problems.addAll(unavailable(catalog, Providers.of(routes.files(), sources.listed(cli.home()))));
        problems.sort(Comparator.comparing((Problem problem) -> problem.source().file())
                .thenComparingInt(problem -> problem.source().line()));
        problems.forEach(cli.out()::println);
        return summary(problems, catalog.all().size(), routes.routes());
    }

    private static void addFolder(Path folder, List<Path> capabilityRoots, List<Path> routeRoots) {
        if (!Files.exists(folder)) {
            throw CliException.usage(folder + ": no such folder");
        }
        Path capabilities = folder.resolve("capabilities");
        Path routes = folder.resolve("routes");
        if (Files.isDirectory(routes)) {
            routeRoots.add(routes);
        }
        if (Files.isDirectory(capabilities)) {
            capabilityRoots.add(capabilities);
        } else if (!Files.isDirectory(routes)) {
            capabilityRoots.add(folder);
        }
    }

    private static List<Problem> unavailable(Catalog catalog, Providers providers) {
        List<Problem> warnings = new ArrayList<>();
        for (Capability capability : catalog.all()) {
            String reason = providers.unavailable(capability);
            if (reason != null) {
                warnings.add(new Problem(
                        Severity.WARNING, capability.source(), capability.id() + " is unavailable: " + reason));
            } else if (providers.batchesInVain(capability)) {
                warnings.add(new Problem(
                        Severity.WARNING,
                        capability.source(),
                        capability.id() + ": policy_batch has no effect, since its provider has no route direct:"
                                + capability.provider() + "-call-many; take it away"));
            }
        }
        return warnings;
    }

    private int summary(List<Problem> problems, int declarations, int routes) {
        long errors = problems.stream()
                .filter(problem -> problem.severity() == Severity.ERROR)
                .count();
        cli.err()
                .println(count(declarations, "declaration") + ", " + count(routes, "route") + ": "
                        + count(errors, "error") + ", " + count(problems.size() - errors, "warning"));
        return errors == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
