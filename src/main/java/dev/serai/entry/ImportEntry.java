package dev.serai.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.http.LocalServers;
import dev.serai.http.UpstreamNetwork;
import dev.serai.importing.CheckedImport;
import dev.serai.importing.ImportConnection;
import dev.serai.importing.ImportFile;
import dev.serai.importing.ImportPlan;
import dev.serai.importing.ImportReport;
import dev.serai.importing.ImportSource;
import dev.serai.importing.ImportedServer;
import dev.serai.importing.Importer;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code POST /admin/import} with the file of declarations for a server, and what it changes. Nothing is written,
 * and no credential is sent: which variable may be read for which server is said in files, and no request may say it.
 */
public final class ImportEntry {
    /** The registry name that the route uses. */
    public static final String NAME = "import-entry";

    private static final String EXPECTED =
            "expected a JSON object {\"protocol\": \"…\", \"url\": \"…\"}, with \"name\","
                    + " \"prefix\", \"server\" and \"before\" where they are wanted";

    private final LocalServers local;
    private final UpstreamNetwork network;
    /** One at a time: it can take minutes, and there are few threads for operators. */
    private final Semaphore turn = new Semaphore(1);

    /**
     * Asks nobody yet.
     *
     * @param local the servers that are commands
     * @param network what lies between here and the others
     */
    public ImportEntry(LocalServers local, UpstreamNetwork network) {
        this.local = local;
        this.network = network;
    }

    /** Asks the server that the body names, and answers with the file. */
    public void importFrom(Exchange exchange) throws IOException {
        JsonNode asked = tree(exchange.getMessage().getBody(byte[].class));
        AdminAnswers.change(exchange, "import", request -> server(asked), request -> {
            if (!turn.tryAcquire()) {
                throw new CapabilityException(
                        ErrorCode.TOO_MANY_REQUESTS, "another import is in progress; ask again later");
            }
            try {
                return imported(asked);
            } finally {
                turn.release();
            }
        });
    }

    /** Without its query, which may hold a key. */
    private static @Nullable String server(JsonNode asked) {
        String url = text(asked, "url");
        return url == null ? null : url.split("[?#]", 2)[0];
    }

    private JsonNode imported(JsonNode asked) {
        Importer importer = importer(text(asked, "protocol"));
        String url = checked("url", text(asked, "url"), importer);
        String name = text(asked, "name");
        String prefix = text(asked, "prefix");
        ImportedServer server;
        try (ImportConnection connection = importer.open(new ImportSource(url, null, local, network))) {
            server = addressed(connection.fetch(), text(asked, "server"), importer);
        }
        String called = ImportPlan.nameOf(name == null ? server.called(url) : name);
        String begin = prefix == null ? importer.kind() + "." + called + "." : prefix;
        try {
            ImportPlan plan = new ImportPlan(importer.kind(), url, null, begin);
            return answer(called, CheckedImport.merge(text(asked, "before"), plan, server));
        } catch (IllegalArgumentException e) {
            throw refused("before cannot be brought up to date: " + e.getMessage());
        } catch (IOException e) {
            throw new CapabilityException(ErrorCode.INTERNAL_ERROR, "the declarations could not be tried", e);
        }
    }

    /** Of a description the server is known by what it says, or by what the request says instead. */
    private static ImportedServer addressed(ImportedServer server, @Nullable String address, Importer importer) {
        if (address == null && importer.readsFiles() && !server.metadata().containsKey("server_url")) {
            throw refused("server is missing: the description names none that can be used");
        }
        if (address == null) {
            return server;
        }
        Map<String, Object> metadata = new LinkedHashMap<>(server.metadata());
        metadata.put("server_url", checked("server", address, importer));
        return new ImportedServer(server.name(), metadata, server.tools(), server.unusable());
    }

    private static ObjectNode answer(String called, ImportFile file) {
        ImportReport report = file.report();
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("file", called + ".yaml");
        document.put("text", file.text());
        lines(document.putArray("added"), report.added());
        lines(document.putArray("changed"), report.changed());
        lines(document.putArray("removed"), report.removed());
        lines(document.putArray("kept"), report.kept());
        lines(document.putArray("leftOut"), report.leftOut());
        return document;
    }

    private static void lines(ArrayNode array, List<String> lines) {
        lines.forEach(array::add);
    }

    private static Importer importer(@Nullable String kind) {
        TreeMap<String, Importer> known = new TreeMap<>();
        ServiceLoader.load(Importer.class).forEach(each -> known.put(each.kind(), each));
        Importer importer = kind == null ? null : known.get(kind);
        if (importer == null) {
            throw refused("protocol: expected one of " + String.join(", ", known.keySet()));
        }
        return importer;
    }

    /** No file of the gateway's: who asks could learn what is in it. */
    private static String checked(String field, @Nullable String url, Importer importer) {
        if (url != null && LocalServers.isLocal(url) && !importer.readsFiles()) {
            return url;
        }
        try {
            URI uri = new URI(url == null ? "" : url);
            if (url != null
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Its message quotes what was sent.
        }
        throw refused(field + ": expected http or https with a host and without user information"
                + (importer.readsFiles() ? "" : ", or stdio:name"));
    }

    private static @Nullable String text(JsonNode asked, String field) {
        JsonNode value = asked.path(field);
        return value.isTextual() && !value.asText().isBlank() ? value.asText() : null;
    }

    private static JsonNode tree(byte @Nullable [] body) {
        try {
            return Json.MAPPER.readTree(body == null ? new byte[0] : body);
        } catch (IOException e) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    private static CapabilityException refused(String why) {
        return new CapabilityException(ErrorCode.INVALID_ARGUMENTS, why + "; " + EXPECTED);
    }
}
