package dev.serai.lifecycle;

import java.time.Instant;

/**
 * An invocation in the history.
 *
 * @param invocation how it ended
 * @param life its stages
 * @param at when it ended
 */
public record EndedLife(EndedInvocation invocation, InvocationLife life, Instant at) {}
