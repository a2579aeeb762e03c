package dev.serai.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The addresses of servers as the JVM resolves them, each host's in the order in which they are worth a try. */
final class Addresses {
    private static final int MAX_HOSTS = 1_000;
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final Cache<String, List<InetAddress>> known = Caffeine.newBuilder()
            .maximumSize(MAX_HOSTS)
            .expireAfterWrite(KEPT)
            .executor(Runnable::run)
            .build();

    /** What was found lately; {@code null} where it has to be looked up. */
    @Nullable
    List<InetAddress> known(String host) {
        return known.getIfPresent(host);
    }

    /** Looks the host up; may take as long as the network's name service does. */
    List<InetAddress> look(String host) throws UnknownHostException {
        List<InetAddress> found = List.of(InetAddress.getAllByName(host));
        known.put(host, found);
        return found;
    }

    /** This one answers: it comes first from now on. */
    void prefer(String host, InetAddress answering, List<InetAddress> among) {
        List<InetAddress> order = new ArrayList<>(among);
        order.remove(answering);
        order.add(0, answering);
        known.put(host, List.copyOf(order));
    }
}
