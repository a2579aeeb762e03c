package dev.serai.invocation;

import org.jspecify.annotations.Nullable;

/** One per thread. Threads that a call starts do not inherit it: a pool's thread would keep it for ever. */
final class CallLabels {
    static final ThreadLocal<@Nullable CallLabel> CURRENT = new ThreadLocal<>();

    private CallLabels() {}
}
