package dev.serai.gateway;

import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;

/** Whether routes are being replaced now; at any other time two routes that start from one place are a mistake. */
final class Replacing implements BooleanSupplier {
    private static final String NAME = "serai-replacing";

    private volatile boolean now;

    /** Puts the components in place whose endpoints can be taken over. */
    static void enable(CamelContext context, boolean http) {
        Replacing replacing = new Replacing();
        context.getRegistry().bind(NAME, replacing);
        context.addComponent("direct", new ReplaceableDirect(replacing));
        if (http) {
            context.addComponent("platform-http", new ReplaceableHttp(replacing));
        }
    }

    static Replacing of(CamelContext context) {
        return context.getRegistry().lookupByNameAndType(NAME, Replacing.class);
    }

    void set(boolean underWay) {
        now = underWay;
    }

    @Override
    public boolean getAsBoolean() {
        return now;
    }
}
