package dev.serai.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.capability.CatalogLoader;
import dev.serai.credential.CredentialRef;
import dev.serai.credential.Credentials;
import dev.serai.invocation.Caller;
import dev.serai.lifecycle.InvocationLife;
import dev.serai.lifecycle.Stage;
import dev.serai.trace.Tracing;
import io.netty.util.HashedWheelTimer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cancel may come at any point between the registration of an exchange's hook and the start of the exchange. */
@Timeout(120)
class CallGuardTest {
    private final HashedWheelTimer timers = new HashedWheelTimer();
    private final InvocationLife life = new InvocationLife("id", Caller.ANONYMOUS, System.nanoTime());
    private final AtomicInteger cuts = new AtomicInteger();

    @TempDir
    Path folder;

    private UpstreamCall call;

    @BeforeEach
    void declare() throws Exception {
        Files.writeString(folder.resolve("a.yaml"), """
                capabilities:
                  - id: a.call
                    metadata: { a: { server_url: "http://a.example/" } }
                """);
        call = new UpstreamCall(
                Objects.requireNonNull(CatalogLoader.load(List.of(folder)).find("a.call")),
                "http://a.example/",
                new Credentials(name -> null).current(CredentialRef.NONE),
                System.nanoTime() + TimeUnit.MINUTES.toNanos(10),
                Tracing.untraced(),
                life.work());
    }

    @AfterEach
    void stop() {
        timers.stop();
    }

    @Test
    void aCancelBeforeTheExchangeBeginsCutsItAsSoonAsItDoes() {
        CallGuard guard = new CallGuard(timers, call);
        assertThat(life.stop(Stage.CANCELLED)).isTrue();
        assertThat(guard.expired()).isTrue();
        guard.attach(cuts::incrementAndGet);
        assertThat(cuts).hasValue(1);
        guard.close();
    }

    @Test
    void aCancelBeforeTheGuardExistsDoesToo() {
        assertThat(life.stop(Stage.CANCELLED)).isTrue();
        CallGuard guard = new CallGuard(timers, call);
        guard.attach(cuts::incrementAndGet);
        assertThat(cuts).hasValue(1);
    }

    @Test
    void aCancelThatIsStillTellingOthersCutsAnExchangeThatBeginsMeanwhileOnce() throws Exception {
        CountDownLatch telling = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        life.work().onStop(() -> {
            telling.countDown();
            try {
                mayGoOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        CallGuard before = new CallGuard(timers, call);
        Thread cancelling = new Thread(() -> life.stop(Stage.CANCELLED));
        cancelling.start();
        telling.await();

        // The hook of the first is still to be run, that of the second is registered too late to be among them.
        CallGuard during = new CallGuard(timers, call);
        during.attach(cuts::incrementAndGet);
        assertThat(cuts).hasValue(1);
        before.attach(cuts::incrementAndGet);
        assertThat(cuts).hasValue(1);
        life.work().begin();
        assertThat(Thread.interrupted()).as("a step that blocks ends at once").isTrue();
        life.work().end();

        mayGoOn.countDown();
        cancelling.join();
        assertThat(cuts).hasValue(2);
        assertThat(Thread.currentThread().isInterrupted())
                .as("the thread has left the call")
                .isFalse();
    }

    @Test
    void aCancelAfterTheExchangeCutsNothing() {
        CallGuard guard = new CallGuard(timers, call);
        guard.attach(cuts::incrementAndGet);
        guard.close();
        assertThat(life.stop(Stage.CANCELLED)).isTrue();
        assertThat(cuts).hasValue(0);
    }
}
