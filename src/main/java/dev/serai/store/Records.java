package dev.serai.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store's bare operations, each atomic. They may block for as long as the settings allow. */
interface Records extends AutoCloseable {
    /**
     * What lies in a place; if nothing does, the place is reserved.
     *
     * @param token under which to reserve; {@code null} reserves nothing
     */
    Found look(String place, @Nullable String token) throws StoreException, InterruptedException;

    /** Keeps a reservation from lapsing. */
    void extend(String place, String token) throws StoreException, InterruptedException;

    /** Ends a reservation. */
    void giveBack(String place, String token) throws StoreException, InterruptedException;

    /** Puts a session where there is this reservation or nothing; false if something else is there. */
    boolean activate(String place, String token, Entry entry) throws StoreException, InterruptedException;

    /** Notes one more user; false if the session is not there any more. */
    boolean takeOver(Touch touch) throws StoreException, InterruptedException;

    /** Notes uses. */
    void touch(List<Touch> touches) throws StoreException, InterruptedException;

    /**
     * Takes exactly this session out.
     *
     * @param idleMillis more than 0 leaves it where it was used more recently than a session with this idle time may
     *     stay unused; 0 takes it out in any case
     */
    Removal remove(String place, String tag, long idleMillis) throws StoreException, InterruptedException;

    /** Whether exactly this session lies there. */
    boolean holds(String place, String tag) throws StoreException, InterruptedException;

    /** Makes durable what was written, and tidies up. */
    default void flush() throws StoreException {}

    @Override
    void close();
}
