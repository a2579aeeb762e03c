package dev.serai.lifecycle;

/** Told of invocations on the thread that serves them: must be quick, must not block or throw. */
@FunctionalInterface
public interface InvocationListener {
    /** Called once for every invocation that arrived, whatever became of it. */
    void ended(EndedInvocation invocation);
}
