package dev.serai.capability;

/** Which capabilities can share sessions, as far as their declarations say: those of one server and one scope. */
public final class SharingGroup {
    private SharingGroup() {}

    /** Equal for capabilities that can share sessions. */
    public static String of(Capability capability) {
        String scope = capability.metadata().getOrDefault("session_scope", "shared");
        // Of a default that authentication decides, and a caller's own sessions are kept like shared ones.
        String shared = scope.equals("caller") ? "shared" : scope;
        return capability.provider() + " " + capability.providerSetting("server_url") + " "
                + capability.providerSetting("network") + " " + shared;
    }
}
