package dev.serai.scenario;

import dev.serai.loop.NonBlocking;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/** A step that ends in an error of the JVM instead of an exception, as where a class cannot be loaded. */
public class BreakingStep extends AsyncProcessorSupport {
    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        throw new NoClassDefFoundError("of a test");
    }

    /** The same on an event loop. */
    public static final class OnLoop extends BreakingStep implements NonBlocking {}
}
