package dev.serai.policy;

import dev.serai.capability.Rate;

/** Counts of calls that several gateways share. */
public interface SharedRates {
    /** What {@link #take} answers where nobody can be asked. */
    long UNKNOWN = -1;

    /** No gateway shares any. */
    SharedRates NONE = (counted, rate) -> UNKNOWN;

    /**
     * Counts one more call, unless there are too many. May block.
     *
     * @param counted what is counted together
     * @return milliseconds until the next may begin, 0 where this one may; {@link #UNKNOWN}
     */
    long take(String counted, Rate rate) throws InterruptedException;
}
