package dev.serai.invocation;

/**
 * Whoever waits for what comes of calls that went together. A provider's route may tell of each before it ends; what it
 * leaves in the end counts for those of which it has not told.
 */
@FunctionalInterface
public interface Outcomes {
    /** Exchange property of a route that makes several calls. */
    String PROPERTY = "SeraiOutcomes";

    /**
     * One has come. Does not block.
     *
     * @param place of the call among those that went together, from 0
     * @param outcome its result, or the exception with which it failed
     */
    void of(int place, Object outcome);
}
