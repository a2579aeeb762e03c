package dev.serai.invocation;

import java.util.concurrent.ThreadLocalRandom;

/** Makes the ids of calls whose callers named none. */
public final class RequestIds {
    private RequestIds() {}

    /** 16 hexadecimal digits. */
    public static String make() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    }
}
