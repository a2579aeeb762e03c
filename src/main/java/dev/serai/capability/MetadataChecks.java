package dev.serai.capability;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Checks flattened metadata against the vocabulary. */
final class MetadataChecks {
    private static final String ACCESS = "access_";

    private MetadataChecks() {}

    /** @param largest the most bytes of metadata, keys and values, that one capability may have */
    static void check(FlatMetadata metadata, int largest, int line, Problems problems) {
        long bytes = 0;
        for (Map.Entry<String, String> entry : metadata.values().entrySet()) {
            bytes += bytes(entry.getKey()) + bytes(entry.getValue());
            value(metadata.facts(entry.getKey()), entry.getValue(), metadata.line(entry.getKey()), problems);
        }
        if (bytes > largest) {
            problems.error(
                    line, "the metadata take " + bytes + " bytes: expected at most " + largest + " for one capability");
        }
    }

    private static void value(KeyFacts facts, String value, int line, Problems problems) {
        String key = facts.key();
        MetadataVocabulary.Key known = facts.known();
        if (known == null) {
            refuseUnknownAccess(key, line, problems);
            warnOfUnknown(key, line, problems);
            return;
        }
        ValueType type = known.type();
        if (!type.accepts(value)) {
            problems.error(line, key + ": " + type.refusal(value));
        }
    }

    /** A rule of access that is not understood must not leave the capability open. */
    private static void refuseUnknownAccess(String key, int line, Problems problems) {
        if (key.regionMatches(true, 0, ACCESS, 0, ACCESS.length())) {
            problems.error(line, "unknown key " + key + "; known keys: " + MetadataVocabulary.known(ACCESS));
        }
    }

    private static void warnOfUnknown(String key, int line, Problems problems) {
        for (String beginning : new String[] {"session_", "policy_"}) {
            if (key.startsWith(beginning)) {
                problems.warning(line, "unknown key " + key + "; known keys: " + MetadataVocabulary.known(beginning));
            }
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
