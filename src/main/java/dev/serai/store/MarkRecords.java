package dev.serai.store;

import org.jspecify.annotations.Nullable;

/** A store's bare operations on marks of deliveries, each atomic. They may block for as long as the settings allow. */
interface MarkRecords extends AutoCloseable {
    /** What lies in this place, or {@code null}. */
    byte @Nullable [] get(String place) throws StoreException, InterruptedException;

    /** What lies in this place; where nothing does, this is put there and {@code null} returned. */
    byte @Nullable [] putIfAbsent(String place, byte[] sealed) throws StoreException, InterruptedException;

    void put(String place, byte[] sealed) throws StoreException, InterruptedException;

    void remove(String place) throws StoreException, InterruptedException;

    @Override
    void close();
}
