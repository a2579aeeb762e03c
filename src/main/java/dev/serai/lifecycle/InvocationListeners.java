package dev.serai.lifecycle;

import dev.serai.invocation.Traces;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everyone who is told of invocations. A listener that fails harms neither the call nor the others. */
public final class InvocationListeners implements InvocationListener {
    private static final Logger LOG = LoggerFactory.getLogger(InvocationListeners.class);

    private final List<InvocationListener> listeners = new CopyOnWriteArrayList<>();

    public void add(InvocationListener listener) {
        listeners.add(listener);
    }

    @Override
    public void ended(EndedInvocation invocation) {
        for (InvocationListener listener : listeners) {
            try {
                listener.ended(invocation);
            } catch (RuntimeException | Error e) {
                LOG.warn("A listener failed at the end of call {}: {}", invocation.requestId(), Traces.of(e));
            }
        }
    }
}
