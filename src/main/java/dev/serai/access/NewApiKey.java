package dev.serai.access;

import dev.serai.invocation.Roles;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;

/**
 * A key that has just been made: 256 random bits, so that its SHA-256 can be kept without salt or stretching.
 *
 * @param key for the caller; kept nowhere
 * @param line for the file of keys; holds the hash
 */
public record NewApiKey(String key, String line) {
    private static final String PREFIX = "serai_";
    private static final int BYTES = 32;

    /**
     * Makes one.
     *
     * @throws IllegalArgumentException for a name or role that is none
     */
    public static NewApiKey make(String name, Set<String> roles) {
        if (!ApiKeyFile.isName(name)) {
            throw new IllegalArgumentException("the name of a key is 1 to 100 letters, digits and . _ @ -");
        }
        if (!roles.stream().allMatch(Roles::isRole)) {
            throw new IllegalArgumentException("a role is " + Roles.EXPECTED);
        }
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String key = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        StringBuilder list = new StringBuilder();
        for (String role : new TreeSet<>(roles)) {
            list.append(list.isEmpty() ? "" : ", ").append('"').append(role).append('"');
        }
        String line = "- { name: \"" + name + "\", hash: \"" + Digest.of(key).inFile() + "\", roles: [" + list + "] }";
        return new NewApiKey(key, line);
    }

    @Override
    public String toString() {
        return line;
    }
}
