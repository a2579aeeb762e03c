package dev.serai.access;

import dev.serai.invocation.Roles;
import dev.serai.setting.Knob;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in.
 *
 * @param apiKeysFile the file of API keys; {@code null} where there are none, {@code serai.access.api-keys-file}
 * @param jwt whose tokens are good; {@code null} where none are, {@code serai.access.jwt.*}
 * @param publicUrl how clients reach the gateway; {@code null} means the address it listens on
 * @param allowAnonymous whether an address other than loopback may be listened on without authentication
 * @param localRoles the roles of a call whose caller no entry authenticated
 * @param adminRole the role that {@code /admin} asks for
 * @param observeRole the role, beside that one, that {@code /observe} asks for
 * @param observeOpen whether {@code /observe} asks for nothing
 * @param allowedHosts values of {@code Host} that are taken without authentication, beside the loopback ones
 * @param allowedOrigins values of {@code Origin} that are taken, beside the gateway's own
 * @param failureBurst failed attempts of one address at once
 * @param failureInterval time after which an address may fail once more
 */
public record AccessOptions(
        @Nullable Path apiKeysFile,
        @Nullable JwtOptions jwt,
        @Nullable String publicUrl,
        boolean allowAnonymous,
        Set<String> localRoles,
        String adminRole,
        String observeRole,
        boolean observeOpen,
        Set<String> allowedHosts,
        Set<String> allowedOrigins,
        int failureBurst,
        Duration failureInterval) {

    private static final Knob API_KEYS = Knob.text(
            "serai.access.api-keys-file",
            "no file",
            "file of the API keys that are good, see bin/serai api-key --help");
    private static final Knob PUBLIC_URL = Knob.text(
            "serai.access.public-url",
            "the address listened on",
            "URL by which clients reach the gateway, for the metadata of RFC 9728");
    private static final Knob ALLOW_ANONYMOUS = Knob.flag(
            "serai.access.allow-anonymous",
            false,
            "whether to listen on an address other than loopback although nobody is authenticated");
    private static final Knob LOCAL_ROLES = Knob.text(
            "serai.access.local-roles",
            "no roles",
            "roles, separated by commas, of calls whose caller no entry authenticated");
    private static final Knob ADMIN_ROLE =
            Knob.text("serai.access.admin-role", "admin", "role that /admin asks for where callers are authenticated");
    private static final Knob OBSERVE_ROLE = Knob.text(
            "serai.access.observe-role",
            "observe",
            "role that /observe asks for, but for the two probes, where callers are authenticated; the admin role will do too");
    private static final Knob OBSERVE_OPEN =
            Knob.flag("serai.access.observe-open", false, "whether metrics and details of health are for everybody");
    private static final Knob ALLOWED_HOSTS = Knob.text(
            "serai.access.allowed-hosts",
            "loopback names",
            "further values of Host, without port and separated by commas, taken where nobody is authenticated");
    private static final Knob ALLOWED_ORIGINS = Knob.text(
            "serai.access.allowed-origins",
            "the same origin",
            "origins of web pages, separated by commas, whose requests are taken beside the gateway's own");
    private static final Knob FAILURE_BURST = Knob.number(
            "serai.access.failure-burst",
            "20",
            1,
            1_000_000,
            "failed authentications that one client address has at once; beyond it 429");
    private static final Knob FAILURE_INTERVAL = Knob.duration(
            "serai.access.failure-interval", "6s", "1ms", "time after which a client address may fail once more");

    /** The settings that these options are read from. */
    public static List<Knob> knobs() {
        List<Knob> knobs = new ArrayList<>(List.of(
                API_KEYS,
                PUBLIC_URL,
                ALLOW_ANONYMOUS,
                LOCAL_ROLES,
                ADMIN_ROLE,
                OBSERVE_ROLE,
                OBSERVE_OPEN,
                ALLOWED_HOSTS,
                ALLOWED_ORIGINS,
                FAILURE_BURST,
                FAILURE_INTERVAL));
        knobs.addAll(JwtOptions.knobs());
        return knobs;
    }

    /**
     * Reads {@code serai.access.*}.
     *
     * @throws IllegalArgumentException naming the property, its text and what was expected
     */
    public static AccessOptions from(UnaryOperator<@Nullable String> texts) {
        return new AccessOptions(
                API_KEYS.isSet(texts) ? Path.of(API_KEYS.text(texts)) : null,
                JwtOptions.from(texts),
                PUBLIC_URL.isSet(texts) ? url(PUBLIC_URL.text(texts)) : null,
                ALLOW_ANONYMOUS.flag(texts),
                LOCAL_ROLES.isSet(texts) ? roles(LOCAL_ROLES, texts) : Set.of(),
                role(ADMIN_ROLE, texts),
                role(OBSERVE_ROLE, texts),
                OBSERVE_OPEN.flag(texts),
                list(ALLOWED_HOSTS, texts),
                list(ALLOWED_ORIGINS, texts),
                FAILURE_BURST.integer(texts),
                FAILURE_INTERVAL.duration(texts));
    }

    /** Whether callers are authenticated. */
    public boolean authenticates() {
        return apiKeysFile != null || jwt != null;
    }

    private static String url(String text) {
        try {
            URI uri = URI.create(text);
            boolean web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            if (web && uri.getHost() != null && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(PUBLIC_URL.property() + ": expected an http or https URL", e);
        }
        throw new IllegalArgumentException(PUBLIC_URL.property() + ": expected an http or https URL without query");
    }

    private static String role(Knob knob, UnaryOperator<@Nullable String> texts) {
        Set<String> roles = roles(knob, texts);
        if (roles.size() != 1) {
            throw new IllegalArgumentException(knob.property() + ": expected one role");
        }
        return roles.iterator().next();
    }

    private static Set<String> roles(Knob knob, UnaryOperator<@Nullable String> texts) {
        try {
            return Roles.parse(knob.text(texts));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(knob.property() + ": " + e.getMessage(), e);
        }
    }

    private static Set<String> list(Knob knob, UnaryOperator<@Nullable String> texts) {
        if (!knob.isSet(texts)) {
            return Set.of();
        }
        return Arrays.stream(knob.text(texts).toLowerCase(Locale.ROOT).split("[,\\s]+"))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
