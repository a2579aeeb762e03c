package dev.serai.capability;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the helpers of a provider know about the metadata of its declarations, so that mistakes show when they are loaded;
 * found by {@link java.util.ServiceLoader}. It is asked for each declaration of a load, by several threads.
 */
public interface ProviderMetadata {
    /** The providers whose metadata it knows. */
    Set<String> providers();

    /**
     * Other names of keys, as older declarations have them: which to read as which, where that one is not there.
     *
     * @param block as in {@link #check}
     */
    default Map<String, String> otherNames(Map<String, String> block) {
        return Map.of();
    }

    /**
     * Looks at the metadata of one declaration.
     *
     * @param block the keys of the provider's block, without its name, and their values
     * @param found what is wrong with a key, or with what is missing
     */
    void check(Map<String, String> block, Findings found);

    /** The keys of a provider's block, without its name, and their values. */
    static Map<String, String> block(SortedMap<String, String> metadata, String provider) {
        String prefix = provider + "_";
        Map<String, String> block = new TreeMap<>();
        metadata.tailMap(prefix).forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                block.put(key.substring(prefix.length()), value);
            }
        });
        return block;
    }

    /** Warns of keys that neither the provider knows nor the vocabulary of all. */
    static void warnOfUnknown(Map<String, String> block, Set<String> known, Findings found) {
        for (String key : block.keySet()) {
            if (!known.contains(key) && MetadataVocabulary.find("p_" + key) == null) {
                found.warning(key, "is not known and has no effect");
            }
        }
    }

    /** Takes what is found; each text says what was expected and what stood there. */
    interface Findings {
        /** The declaration cannot be used. */
        void error(String key, String what);

        /** It can, and is probably not meant so. */
        void warning(String key, String what);
    }
}
