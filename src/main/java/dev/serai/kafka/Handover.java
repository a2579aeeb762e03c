package dev.serai.kafka;

import java.util.Base64;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which records behind the committed offset of a partition have ended too, as the metadata of the commit: who gets the
 * partition next does not call them again. Anything else that stands there says nothing.
 */
final class Handover {
    /** Offsets that it can tell of: 2,730 characters, and a broker takes 4,096 ({@code offset.metadata.max.bytes}). */
    static final int SPAN = 16_384;

    private static final String MARK = "ended:";

    private final long from;
    private final BitSet ended;

    private Handover(long from, BitSet ended) {
        this.from = from;
        this.ended = ended;
    }

    /** Of a partition of which nothing is known. */
    static Handover nothing() {
        return new Handover(0, new BitSet());
    }

    /** Tells that nothing has ended yet from this offset on. */
    static Handover from(long offset) {
        return new Handover(offset, new BitSet());
    }

    /**
     * Reads what was committed.
     *
     * @param offset the committed one
     */
    static Handover read(long offset, @Nullable String metadata) {
        if (metadata == null || !metadata.startsWith(MARK) || metadata.length() > SPAN) {
            return from(offset);
        }
        try {
            return new Handover(offset, BitSet.valueOf(Base64.getDecoder().decode(metadata.substring(MARK.length()))));
        } catch (IllegalArgumentException e) {
            return from(offset);
        }
    }

    /** What it is read from again; empty where nothing has ended. */
    String metadata() {
        return ended.isEmpty() ? "" : MARK + Base64.getEncoder().encodeToString(ended.toByteArray());
    }

    /** The committed offset. */
    long offset() {
        return from;
    }

    boolean has(long offset) {
        return offset >= from && offset - from < SPAN && ended.get((int) (offset - from));
    }

    void add(long offset) {
        if (offset >= from && offset - from < SPAN) {
            ended.set((int) (offset - from));
        }
    }

    /** Takes over what another tells of the offsets beyond this one. */
    void addBeyond(long newest, Handover other) {
        int first = (int) Math.min(SPAN, Math.max(0, newest + 1 - other.from));
        for (int bit = other.ended.nextSetBit(first); bit >= 0; bit = other.ended.nextSetBit(bit + 1)) {
            add(other.from + bit);
        }
    }
}
