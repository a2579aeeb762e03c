import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * So many calls over REST, so many of them in flight. Arguments: port, capability, calls, in flight, timeout of a call
 * in milliseconds, and how many of a hundred calls are given up by the client 50 ms after they were sent (default 0).
 * Prints the statuses, the longest wait and the time in all.
 */
public final class InFlight {
    private static final int OPEN_FIRST = 50;

    private final HttpClient client;
    private final Vertx vertx = Vertx.vertx();
    private final int port;
    private final String capability;
    private final int calls;
    private final String timeout;
    private final int givenUp;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch open;
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final AtomicLong longest = new AtomicLong();

    private InFlight(String[] args) {
        port = Integer.parseInt(args[0]);
        capability = args[1];
        calls = Integer.parseInt(args[2]);
        timeout = args[4];
        givenUp = args.length > 5 ? Integer.parseInt(args[5]) : 0;
        open = new CountDownLatch(calls);
        client = vertx.createHttpClient(new HttpClientOptions()
                .setMaxPoolSize(Integer.parseInt(args[3]))
                .setMaxWaitQueueSize(-1)
                .setConnectTimeout(30_000));
    }

    public static void main(String[] args) throws InterruptedException {
        InFlight run = new InFlight(args);
        long begun = System.nanoTime();
        for (int i = 0; i < Math.min(run.calls, Integer.parseInt(args[3])); i++) {
            run.call();
        }
        if (!run.open.await(120, TimeUnit.SECONDS)) {
            System.out.println("UNANSWERED " + run.open.getCount());
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        System.out.println(new TreeMap<>(run.outcomes) + ", longest " + run.longest + " ms, all in " + millis + " ms");
        System.exit(run.open.getCount() == 0 ? 0 : 1);
    }

    private void call() {
        int number = next.getAndIncrement();
        if (number >= calls) {
            return;
        }
        boolean leaves = number % 100 < givenUp;
        long sent = System.nanoTime();
        client.request(HttpMethod.POST, port, "127.0.0.1", "/capabilities/" + capability)
                .compose(request -> {
                    request.putHeader("Content-Type", "application/json").putHeader("Serai-Timeout-Ms", timeout);
                    if (leaves) {
                        long leaving = vertx.setTimer(OPEN_FIRST, timer -> request.connection().close());
                        // The connection serves another call then.
                        request.response().onComplete(answered -> vertx.cancelTimer(leaving));
                    }
                    return request.send(Buffer.buffer("{\"message\":\"call " + number + "\"}"));
                })
                .compose(response -> response.body().map(body -> Integer.toString(response.statusCode())))
                .otherwise(failure -> leaves ? "given up" : failure.getClass().getSimpleName())
                .onSuccess(outcome -> {
                    outcomes.computeIfAbsent(outcome, first -> new LongAdder()).increment();
                    longest.accumulateAndGet(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent), Math::max);
                    open.countDown();
                    call();
                });
    }
}
