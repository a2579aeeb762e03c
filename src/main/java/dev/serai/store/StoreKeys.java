package dev.serai.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The operator's keys: the first seals, all open. */
final class StoreKeys {
    private static final String HOW = "; make a key with: openssl rand -base64 32";
    private static final Pattern SEPARATORS = Pattern.compile("[,\\s]+");
    private static final int MOST = 16;
    private static final int HEX_DIGITS = 2 * StoreKey.BYTES;

    private final List<StoreKey> keys;

    private StoreKeys(List<StoreKey> keys) {
        this.keys = keys;
    }

    /**
     * Reads the file if one is named, else the variable.
     *
     * @throws IllegalArgumentException saying where a key was looked for and how to make one
     */
    static StoreKeys read(StoreSettings settings, Function<String, @Nullable String> environment) {
        Path file = settings.keyFile();
        if (file == null) {
            String where = "the environment variable " + settings.keyVariable();
            String text = environment.apply(settings.keyVariable());
            return parse(text == null ? "" : text, where);
        }
        try {
            return parse(Files.readString(file), "the file " + file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "serai.store.key-file: the file " + file + " cannot be read, and sessions are stored encrypted only"
                            + HOW,
                    e);
        }
    }

    private static StoreKeys parse(String text, String where) {
        List<StoreKey> keys = new ArrayList<>();
        for (String one : SEPARATORS.splitAsStream(text).toList()) {
            if (!one.isEmpty()) {
                keys.add(new StoreKey(bytes(one, where)));
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "serai.store needs an encryption key, and " + where + " holds none" + HOW);
        }
        if (keys.size() > MOST) {
            throw new IllegalArgumentException(where + " holds more than " + MOST + " keys; leave the oldest out");
        }
        return new StoreKeys(List.copyOf(keys));
    }

    private static byte[] bytes(String text, String where) {
        try {
            byte[] bytes = text.length() == HEX_DIGITS
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
            if (bytes.length == StoreKey.BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // The cause quotes a piece of the key.
        }
        throw new IllegalArgumentException(where + " holds something that is no key: expected " + StoreKey.BYTES
                + " bytes in base64 or hexadecimal, several separated by commas or white space" + HOW);
    }

    StoreKey first() {
        return keys.get(0);
    }

    List<StoreKey> older() {
        return keys.subList(1, keys.size());
    }

    List<StoreKey> all() {
        return keys;
    }
}
