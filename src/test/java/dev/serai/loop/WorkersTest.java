package dev.serai.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What is handed to another thread is done once, also where there is none. */
class WorkersTest {
    private final List<String> done = new ArrayList<>();
    private final List<Runnable> kept = new ArrayList<>();

    private void hand(Executor executor) {
        new Workers(executor).execute(() -> done.add("task"));
        kept.forEach(Runnable::run);
    }

    @Test
    void aTaskThatNoThreadTakesIsDoneHere() {
        hand(task -> {
            throw new RejectedExecutionException();
        });
        assertThat(done).containsExactly("task");
    }

    @Test
    void aTaskThatIsKeptThoughNoThreadCanBeStartedIsDoneOnce() {
        hand(task -> {
            kept.add(task);
            throw new OutOfMemoryError("unable to create native thread");
        });
        assertThat(kept).hasSize(1);
        assertThat(done).containsExactly("task");
    }
}
