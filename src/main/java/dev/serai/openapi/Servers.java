package dev.serai.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The address of an API: the first one that its description names, with the defaults of its variables. */
final class Servers {
    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]+)}");

    private Servers() {}

    /**
     * The server of a description.
     *
     * @param place where the description was; what is relative begins there, where it is a URL
     * @return {@code null} where none is named
     */
    static @Nullable String of(JsonNode root, String place) {
        if (root.has("swagger")) {
            return swagger(root, place);
        }
        String declared = declared(root.path("servers"), place);
        return declared == null ? absolute("/", place) : declared;
    }

    /** The server that a path or an operation names for itself; {@code null} where it names none. */
    static @Nullable String declared(JsonNode servers, String place) {
        JsonNode first = servers.path(0);
        String url = first.path("url").asText("");
        if (url.isEmpty()) {
            return null;
        }
        Matcher variable = VARIABLE.matcher(url);
        StringBuilder filled = new StringBuilder();
        while (variable.find()) {
            String value = first.path("variables")
                    .path(variable.group(1))
                    .path("default")
                    .asText("");
            variable.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return absolute(variable.appendTail(filled).toString(), place);
    }

    private static @Nullable String swagger(JsonNode root, String place) {
        String host = root.path("host").asText("");
        String base = root.path("basePath").asText("");
        if (host.isEmpty()) {
            return absolute(base.isEmpty() ? "/" : base, place);
        }
        String scheme = "https";
        if (!root.path("schemes").isEmpty() && !root.path("schemes").toString().contains("\"https\"")) {
            scheme = root.path("schemes").get(0).asText();
        }
        return absolute(scheme + "://" + host + base, place);
    }

    private static @Nullable String absolute(String url, String place) {
        try {
            URI uri = place.startsWith("http") ? URI.create(place).resolve(url) : URI.create(url);
            String written = uri.toString();
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!web || uri.getHost() == null || uri.getRawUserInfo() != null) {
                return null;
            }
            return written.endsWith("/") && written.length() > 1 ? written.substring(0, written.length() - 1) : written;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
