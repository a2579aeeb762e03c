package dev.serai.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.serai.invocation.Caller;
import dev.serai.invocation.Roles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a file of API keys: a YAML list of {@code { name, hash, roles }}. Messages never quote a hash. */
final class ApiKeyFile {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,99}");
    private static final Set<String> FIELDS = Set.of("name", "hash", "roles");
    private static final long LARGEST = 4L << 20;
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final Path file;
    private final Map<Digest, ApiKey> keys = new HashMap<>();
    private final Set<String> names = new HashSet<>();

    private ApiKeyFile(Path file) {
        this.file = file;
    }

    /** @throws IllegalArgumentException naming the file, the entry and what was expected */
    static Map<Digest, ApiKey> read(Path file) {
        ApiKeyFile read = new ApiKeyFile(file);
        JsonNode list = read.tree();
        if (!list.isArray() && !list.isMissingNode() && !list.isNull()) {
            throw read.mistake("expected a list of keys: - { name: …, hash: …, roles: […] }");
        }
        int number = 0;
        for (JsonNode entry : list) {
            read.add(entry, ++number);
        }
        return Map.copyOf(read.keys);
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private JsonNode tree() {
        try {
            if (Files.size(file) > LARGEST) {
                throw mistake("larger than " + LARGEST + " bytes");
            }
            return YAML.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw mistake("not YAML, or a field given twice, at line " + line);
        } catch (IOException e) {
            throw mistake("cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private void add(JsonNode entry, int number) {
        String where = "key " + number + ": ";
        entry.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                throw mistake(where + "unknown field; expected name, hash and roles");
            }
        });
        String name = entry.path("name").asText();
        if (!isName(name) || !names.add(name)) {
            throw mistake(where + "name must be unique, 1 to 100 letters, digits and . _ @ -");
        }
        Caller caller = new Caller("key:" + name, roles(entry.path("roles"), where));
        try {
            if (keys.put(Digest.parse(entry.path("hash").asText()), new ApiKey(caller)) != null) {
                throw mistake(where + "another key has the same hash");
            }
        } catch (IllegalArgumentException e) {
            throw e.getMessage() != null && e.getMessage().startsWith(file.toString())
                    ? e
                    : mistake(
                            where + "hash: expected sha256: and 64 hexadecimal digits, as bin/serai api-key prints it");
        }
    }

    private Set<String> roles(JsonNode node, String where) {
        if (node.isMissingNode() || node.isNull()) {
            return Set.of();
        }
        Set<String> roles = new HashSet<>();
        boolean good = node.isArray();
        for (JsonNode role : node) {
            good &= role.isTextual() && Roles.isRole(role.asText());
            roles.add(role.asText());
        }
        if (!good) {
            throw mistake(where + "roles must be a list of roles: " + Roles.EXPECTED);
        }
        return roles;
    }

    private IllegalArgumentException mistake(String what) {
        return new IllegalArgumentException(file + ": " + what);
    }
}
