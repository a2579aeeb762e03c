package dev.serai.access;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells clients where tokens for this gateway come from (RFC 9728). */
public final class ResourceMetadata {
    /** What precedes the path of a resource, RFC 9728 section 3. */
    public static final String BASE = "/.well-known/oauth-protected-resource";

    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9._~-]{1,64}){0,8}");

    private final @Nullable String issuer;
    private final Supplier<String> url;

    /**
     * Describes what is below one address.
     *
     * @param issuer {@code null} where no tokens are taken: there is nothing to tell then
     * @param url how clients reach the gateway
     */
    ResourceMetadata(@Nullable String issuer, Supplier<String> url) {
        this.issuer = issuer;
        this.url = url;
    }

    /** The document for a path, empty for the gateway as a whole; {@code null} where there is none. */
    public @Nullable ObjectNode document(String path) {
        if (issuer == null || !PATH.matcher(path).matches()) {
            return null;
        }
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("resource", url.get() + path);
        document.putArray("authorization_servers").add(issuer);
        document.putArray("bearer_methods_supported").add("header");
        return document;
    }

    /** Where the document for a request is, as a parameter of a challenge (section 5.1); empty where there is none. */
    String parameter(RequestHead head) {
        if (issuer == null) {
            return "";
        }
        String path = head.path();
        boolean own = path.length() > 1
                && path.equals(head.route())
                && PATH.matcher(path).matches();
        return ", resource_metadata=\"" + url.get() + BASE + (own ? path : "") + "\"";
    }
}
