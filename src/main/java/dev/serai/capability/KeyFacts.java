package dev.serai.capability;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What can be said about a metadata key without its value; worked out once for each key of a load.
 *
 * @param key the key
 * @param lowerCase the key in lower case
 * @param usable whether it is made of letters, digits and {@code _}, and no header of the gateway itself
 * @param known what the vocabulary says about it; {@code null} for a key that only its provider knows
 */
record KeyFacts(String key, String lowerCase, boolean usable, MetadataVocabulary.@Nullable Key known) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,199}");
    /** Beginnings of the gateway's own headers and Camel's, which a declaration must not set; none of them has a {@code _}. */
    private static final Pattern RESERVED = Pattern.compile("(camel(?!_)|capability|org_apache_camel).*");

    static KeyFacts of(String key) {
        String lowerCase = key.toLowerCase(Locale.ROOT);
        boolean usable =
                FORM.matcher(key).matches() && !RESERVED.matcher(lowerCase).matches();
        return new KeyFacts(key, lowerCase, usable, MetadataVocabulary.find(key));
    }
}
