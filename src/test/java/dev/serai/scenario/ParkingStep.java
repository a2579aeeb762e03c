package dev.serai.scenario;

import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** A step of a provider route that no interrupt ends: it holds its thread until the test lets it go. */
public final class ParkingStep implements Processor {
    private static volatile CountDownLatch parked = new CountDownLatch(1);
    private static volatile CountDownLatch released = new CountDownLatch(1);

    /** For the next test. */
    public static void prepare() {
        parked = new CountDownLatch(1);
        released = new CountDownLatch(1);
    }

    public static boolean isParked() {
        return parked.getCount() == 0;
    }

    public static void release() {
        released.countDown();
    }

    @Override
    public void process(Exchange exchange) {
        CountDownLatch until = released;
        parked.countDown();
        boolean interrupted = false;
        while (until.getCount() > 0) {
            try {
                until.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        exchange.getMessage().setBody("too late");
    }
}
