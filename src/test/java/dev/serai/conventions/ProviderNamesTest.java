package dev.serai.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A provider is a route file and a metadata block: nothing else knows its name. */
class ProviderNamesTest {
    private static final String SAMPLE = "sample";
    /** Names of providers that are names of the framework, of an entry or of a document of the gateway as well. */
    private static final Set<String> WORDS = Set.of("camel", "rest", "openapi", "websocket");
    /** Whose helpers serve the provider too. */
    private static final Map<String, String> HELPERS = Map.of("openapi", "rest");

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
                if (!owner.equals(HELPERS.getOrDefault(provider, provider))
                        && !owner.equals(provider)
                        && !owner.equals(SAMPLE)) {
                    // The gateway itself serves one of the protocols: that package is no provider.
                    named(provider, file, Sources.code(file).replace("dev.serai.mcp.server.", ""), found);
                    if (WORDS.contains(provider)) {
                        named(provider, file, Sources.read(file).replaceAll("(?m)^(?!import ).*$", ""), found);
                    }
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

    @Test
    void theSearchFindsAWordOfTheGatewayWhereItIsAProvidersName() {
        for (String word : WORDS) {
            for (String form : new String[] {
                "\"%s_server_url\"", "\"%s\".equals(x)", "direct:%s-call", "\"%s-open-session\"", "dev.serai.%s.X"
            }) {
                List<String> found = new ArrayList<>();
                named(word, Path.of("x"), form.formatted(word), found);
                assertThat(found).as(form.formatted(word)).hasSize(1);
            }
        }
    }

    /** A word that means something else here, too, is looked for in the forms of a provider's name, which a header's beginning or a document's version is not. */
    private static Pattern asProvider(String word) {
        return Pattern.compile("\"" + word + "_|(?<!startsWith\\(name, )\"" + word + "\"(?!, \"3)|(?<![a-z-])" + word
                + "-(call|open-session|close-session|check-session|cancel-call)|dev\\.serai\\." + word + "\\.");
    }

    private static void named(String provider, Path file, String text, List<String> found) {
        if (WORDS.contains(provider)) {
            Pattern form = asProvider(provider);
            text.lines()
                    .filter(line -> form.matcher(line).find())
                    .forEach(line -> found.add(file + ": " + line.strip()));
            return;
        }
        String capital = provider.substring(0, 1).toUpperCase(Locale.ROOT) + provider.substring(1);
        Pattern name = Pattern.compile("(?i)(?<![a-z])" + provider + "(?![a-z])|" + "(?-i)" + capital + "(?![a-z])");
        text.lines().filter(line -> name.matcher(line).find()).forEach(line -> found.add(file + ": " + line.strip()));
    }
}
