package dev.serai.trace;

import org.jspecify.annotations.Nullable;

/**
 * Who asked, in the words of W3C Trace Context. What comes from outside is untrusted: anything that does not fit the
 * recommendation to the letter counts as absent.
 *
 * @param traceId 32 hexadecimal digits in lower case, not all 0
 * @param spanId 16 hexadecimal digits in lower case, not all 0
 * @param flags two hexadecimal digits
 * @param state {@code tracestate}, at most 512 visible ASCII characters; {@code null} without one
 */
public record TraceContext(
        String traceId,
        String spanId,
        String flags,
        @Nullable String state) {
    /** The header of the trace and its parent. Source: W3C Trace Context, 3.2. */
    public static final String PARENT = "traceparent";
    /** The header of what tracing systems add. Source: W3C Trace Context, 3.3. */
    public static final String STATE = "tracestate";

    private static final String VERSION = "00";
    private static final int LENGTH = 55;
    private static final int TRACE_AT = 3;
    private static final int SPAN_AT = 36;
    private static final int FLAGS_AT = 53;
    private static final int MAX_STATE = 512;

    /** Reads the two headers; {@code null} where the first is absent or malformed. */
    public static @Nullable TraceContext parse(@Nullable String parent, @Nullable String state) {
        if (parent == null || parent.length() < LENGTH || !separated(parent)) {
            return null;
        }
        String version = parent.substring(0, 2);
        // A later version may say more behind a further dash; this one may not.
        boolean longer = parent.length() > LENGTH;
        if (!hex(version)
                || version.equals("ff")
                || (longer && (version.equals(VERSION) || parent.charAt(LENGTH) != '-'))) {
            return null;
        }
        String trace = parent.substring(TRACE_AT, SPAN_AT - 1);
        String span = parent.substring(SPAN_AT, FLAGS_AT - 1);
        String flags = parent.substring(FLAGS_AT, LENGTH);
        if (!hex(trace) || !hex(span) || !hex(flags) || zero(trace) || zero(span)) {
            return null;
        }
        return new TraceContext(trace, span, flags, usable(state) ? state : null);
    }

    /** {@code traceparent} as it goes out. */
    public String parent() {
        return VERSION + "-" + traceId + "-" + spanId + "-" + flags;
    }

    private static boolean separated(String parent) {
        return parent.charAt(2) == '-' && parent.charAt(SPAN_AT - 1) == '-' && parent.charAt(FLAGS_AT - 1) == '-';
    }

    private static boolean hex(String text) {
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    private static boolean zero(String digits) {
        return digits.chars().allMatch(c -> c == '0');
    }

    private static boolean usable(@Nullable String state) {
        return state != null
                && !state.isBlank()
                && state.length() <= MAX_STATE
                && state.indexOf('=') > 0
                && state.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }
}
