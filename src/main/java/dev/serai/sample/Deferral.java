package dev.serai.sample;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;

/** Runs things later on the event loop, or at once where nothing holds them. */
final class Deferral {
    private final Vertx vertx;

    Deferral(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Runs the action when the gate is open and the time has passed. Call it on the event loop. */
    void after(CompletableFuture<Void> gate, long millis, Runnable action) {
        if (gate.isDone()) {
            after(millis, action);
            return;
        }
        Context context = vertx.getOrCreateContext();
        CompletableFuture<Void> unused = gate.thenRun(() -> context.runOnContext(nothing -> after(millis, action)));
    }

    void after(long millis, Runnable action) {
        if (millis <= 0) {
            action.run();
        } else {
            vertx.setTimer(millis, timer -> action.run());
        }
    }
}
