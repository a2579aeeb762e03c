package dev.serai.access;

import dev.serai.capability.Capability;
import dev.serai.capability.CapabilityStore;
import dev.serai.capability.Catalog;
import dev.serai.invocation.Caller;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Roles;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which capabilities a caller may call: those without {@code access_roles}, and those of which the caller has one role. A
 * capability that a caller may not call is in no list for that caller either.
 */
public final class AccessRules {
    private static final String ROLES = "access_roles";

    private final CapabilityStore store;
    private final Set<String> localRoles;
    private volatile Edition edition = new Edition(new Catalog(Set.of(), List.of()));

    /** @param localRoles the roles of a caller that no entry authenticated */
    public AccessRules(CapabilityStore store, Set<String> localRoles) {
        this.store = store;
        this.localRoles = Set.copyOf(localRoles);
    }

    /**
     * Refuses a call that is not for this caller; an id that no capability has is not its business.
     *
     * @throws CapabilityException {@link ErrorCode#FORBIDDEN}
     */
    public void check(String id, Caller caller) {
        Edition current = edition();
        Set<String> asked = current.asked.get(id);
        if (asked != null && !allowed(asked, caller)) {
            throw new CapabilityException(
                    ErrorCode.FORBIDDEN, "this capability asks for a role that the caller does not have");
        }
    }

    /** What this caller sees of the catalogue in force. */
    public View view(@Nullable Caller caller) {
        Edition current = edition();
        if (Caller.OPERATOR.equals(caller)) {
            return new View(current.catalog, current.named, capability -> true);
        }
        Set<String> roles = new HashSet<>(rolesOf(caller));
        roles.retainAll(current.named);
        return new View(current.catalog, roles, capability -> {
            Set<String> asked = current.asked.get(capability.id());
            return asked == null || !Collections.disjoint(asked, roles);
        });
    }

    /**
     * A catalogue through the eyes of some caller.
     *
     * @param catalog all there is
     * @param roles those of the caller's roles that make a difference: callers with the same ones see the same
     * @param shows whether a capability of it is shown
     */
    public record View(Catalog catalog, Set<String> roles, Predicate<Capability> shows) {
        /** The capability with this id, or {@code null} where there is none to be seen. */
        public @Nullable Capability find(String id) {
            Capability found = catalog.find(id);
            return found != null && shows.test(found) ? found : null;
        }
    }

    private boolean allowed(Set<String> asked, Caller caller) {
        return Caller.OPERATOR.equals(caller) || !Collections.disjoint(asked, rolesOf(caller));
    }

    private Set<String> rolesOf(@Nullable Caller caller) {
        return caller == null || Caller.ANONYMOUS.equals(caller) ? localRoles : caller.roles();
    }

    private Edition edition() {
        Catalog catalog = store.current();
        Edition current = edition;
        if (current.catalog != catalog) {
            current = new Edition(catalog);
            edition = current;
        }
        return current;
    }

    /** What one catalogue asks for. */
    private static final class Edition {
        final Catalog catalog;
        final Map<String, Set<String>> asked = new HashMap<>();
        final Set<String> named = new HashSet<>();

        Edition(Catalog catalog) {
            this.catalog = catalog;
            Map<String, Set<String>> read = new HashMap<>();
            for (Capability capability : catalog.all()) {
                String text = capability.metadata().get(ROLES);
                if (text != null) {
                    Set<String> roles = read.computeIfAbsent(text, Edition::read);
                    asked.put(capability.id(), roles);
                    named.addAll(roles);
                }
            }
        }

        /** What is no list was refused when the declaration was loaded: nobody has a role of it. */
        private static Set<String> read(String text) {
            Set<String> roles = Roles.listed(text);
            return roles == null ? Set.of() : roles;
        }
    }
}
