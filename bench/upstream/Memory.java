import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The resident memory of a process (Linux), looked at every half second. */
final class Memory {
    private static final int EVERY_MS = 500;

    private final Path status;
    private final List<Long> megabytes = new CopyOnWriteArrayList<>();

    Memory(Vertx vertx, String pid) {
        status = Path.of("/proc", pid, "status");
        look();
        vertx.setPeriodic(EVERY_MS, timer -> look());
    }

    private void look() {
        try {
            Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .forEach(megabytes::add);
        } catch (IOException e) {
            System.err.println("cannot read " + status);
        }
    }

    /** Least, median and most of the second half: where memory is flat they hardly differ, however long the run was. */
    String secondHalf() {
        List<Long> all = List.copyOf(megabytes);
        List<Long> half = all.subList(all.size() / 2, all.size()).stream()
                .sorted()
                .toList();
        return half.isEmpty()
                ? "RSS unknown"
                : "RSS in the second half " + half.get(0) + "/" + half.get(half.size() / 2) + "/"
                        + half.get(half.size() - 1) + " MB (min/median/max of " + half.size() + " looks)";
    }
}
