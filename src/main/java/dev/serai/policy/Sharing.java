package dev.serai.policy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which calls a policy counts together. */
enum Sharing {
    /** Those of one capability. */
    CAPABILITY,
    /** Those of all capabilities of one server that declare the same policy. */
    SERVER,
    /** Those of one caller of one capability. */
    CALLER;

    static Sharing of(@Nullable String declared, Sharing otherwise) {
        return declared == null ? otherwise : valueOf(declared.toUpperCase(Locale.ROOT));
    }

    /** What stands for the calls that are counted together; a capability without a server stands for itself. */
    String subject(Subject call) {
        return switch (this) {
            case CAPABILITY -> call.capability();
            case SERVER -> call.server().isEmpty() ? call.capability() : call.provider() + "\n" + call.server();
            case CALLER -> call.capability() + "\n" + call.caller();
        };
    }
}
