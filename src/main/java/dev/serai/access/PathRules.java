package dev.serai.access;

import dev.serai.invocation.Caller;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a path asks of its callers. Decided by the route that serves it, and by the path itself where none does. */
final class PathRules {
    private static final Set<String> OPEN =
            Set.of("/observe/health/live", "/observe/health/ready", ResourceMetadata.BASE);
    private static final String ADMIN = "/admin";
    private static final String OBSERVE = "/observe";

    private final AccessOptions options;

    PathRules(AccessOptions options) {
        this.options = options;
    }

    /** Whether nobody is asked anything: the probes tell whether the gateway is up, the metadata where tokens come from. */
    boolean isPublic(RequestHead head) {
        String route = head.route();
        return route != null && (OPEN.contains(route) || (options.observeOpen() && isBelow(route, OBSERVE)));
    }

    /** The role that the caller lacks; {@code null} where none is missing. */
    @Nullable
    String missingRole(RequestHead head, @Nullable Caller caller) {
        Set<String> roles = caller == null ? options.localRoles() : caller.roles();
        if (roles.contains(options.adminRole())) {
            return null;
        }
        if (asks(head, ADMIN)) {
            return options.adminRole();
        }
        return asks(head, OBSERVE) && !roles.contains(options.observeRole()) ? options.observeRole() : null;
    }

    boolean isAdmin(RequestHead head) {
        return asks(head, ADMIN);
    }

    private static boolean asks(RequestHead head, String folder) {
        String route = head.route();
        return isBelow(head.path(), folder) || (route != null && isBelow(route, folder));
    }

    private static boolean isBelow(String path, String folder) {
        return path.startsWith(folder) && (path.length() == folder.length() || path.charAt(folder.length()) == '/');
    }
}
