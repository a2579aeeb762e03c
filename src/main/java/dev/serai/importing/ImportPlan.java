package dev.serai.importing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What declarations of a server have in common.
 *
 * @param provider the metadata block that they use
 * @param url the server
 * @param authEnv the environment variable with its credential; {@code null} for none
 * @param prefix what their ids begin with, with a dot at its end
 */
public record ImportPlan(
        String provider, String url, @Nullable String authEnv, String prefix) {
    private static final int LONGEST_NAME = 64;

    /** A name for a server in ids and file names: letters, digits, {@code -} and {@code _}; {@code server} if none is left. */
    public static String nameOf(String said) {
        String name =
                said.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "-").replaceAll("^[-_]+|[-_]+$", "");
        String cut = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
        return cut.isEmpty() ? "server" : cut;
    }

    /** The id of a tool: what an id cannot hold becomes {@code _}. */
    String id(String tool) {
        String part = tool.replaceAll("[^A-Za-z0-9._-]", "_");
        String id = prefix + (part.isEmpty() ? "_" : part);
        return id.length() > 256 ? id.substring(0, 256) : id;
    }
}
