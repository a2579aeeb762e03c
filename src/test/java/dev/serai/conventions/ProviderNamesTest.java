package dev.serai.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A provider is a route file and a metadata block: nothing else knows its name. */
class ProviderNamesTest {
    private static final String SAMPLE = "sample";
    /** Serves clients of the protocol that a provider has its name from, and knows no provider. */
    private static final Path SERVER = Sources.ROUTES.resolve("entry/mcp.camel.yaml");

    @Test
    void noProvidersNameIsInTheJavaOutsideItsOwnHelpers() {
        List<String> providers = RouteFiles.providers();
        assertThat(providers).contains("mcp");
        List<String> found = new ArrayList<>();
        for (Path file : Sources.below(Sources.MAIN, ".java")) {
            String owner = Sources.MAIN.relativize(file).getName(0).toString();
            for (String provider : providers) {
                if (!owner.equals(provider) && !owner.equals(SAMPLE)) {
                    // The gateway itself serves one of the protocols: that package is no provider.
                    named(provider, file, Sources.code(file).replace("dev.serai.mcp.server.", ""), found);
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void noProvidersNameIsInTheRoutesOfTheFlow() {
        List<String> found = new ArrayList<>();
        for (Path file : RouteFiles.all()) {
            if (!file.startsWith(Sources.ROUTES.resolve("providers")) && !file.equals(SERVER)) {
                RouteFiles.providers().forEach(provider -> named(provider, file, Sources.yaml(file), found));
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void theSearchFindsANameInEveryForm() {
        for (String code :
                new String[] {"\"mcp_server_url\"", "direct:mcp-call", "McpProtocol x;", "isMcp()", "\"mcp\""}) {
            List<String> found = new ArrayList<>();
            named("mcp", Path.of("x"), code, found);
            assertThat(found).as(code).hasSize(1);
        }
    }

    private static void named(String provider, Path file, String text, List<String> found) {
        String capital = provider.substring(0, 1).toUpperCase(Locale.ROOT) + provider.substring(1);
        Pattern name = Pattern.compile("(?i)(?<![a-z])" + provider + "(?![a-z])|" + "(?-i)" + capital + "(?![a-z])");
        text.lines().filter(line -> name.matcher(line).find()).forEach(line -> found.add(file + ": " + line.strip()));
    }
}
