package dev.serai.grpc;

import com.google.protobuf.ByteString;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.vertx.core.MultiMap;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended.
 *
 * @param status as the server says it, or as follows from how it ended
 * @param text what the server says with it; untrusted
 * @param details a {@code google.rpc.Status} in its binary form; {@code null} without one
 * @param failure why there is no status; {@code null} where there is one
 */
record Ending(
        Status status,
        String text,
        @Nullable ByteString details,
        @Nullable CapabilityException failure) {
    static final String STATUS = "grpc-status";
    private static final int LONGEST = 16 * 1024;
    private static final int HEX = 16;

    static Ending of(Status status, String text) {
        return new Ending(status, text, null, null);
    }

    static Ending failed(CapabilityException failure) {
        return new Ending(Status.UNKNOWN, "", null, failure);
    }

    static Ending protocolError(String detail) {
        return failed(new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, detail));
    }

    /** As trailers say; without a status the server broke off in the middle. */
    static Ending of(MultiMap trailers) {
        String number = trailers.get(STATUS);
        if (number == null) {
            return protocolError("the server ended the call without a status (" + STATUS + ")");
        }
        return new Ending(
                Status.of(number(number)),
                text(trailers.get("grpc-message")),
                bytes(trailers.get("grpc-status-details-bin")),
                null);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static @Nullable ByteString bytes(@Nullable String base64) {
        try {
            return base64 == null || base64.length() > LONGEST
                    ? null
                    : ByteString.copyFrom(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Percent-encoded UTF-8 (gRPC over HTTP/2, Status-Message); what is not well encoded is taken as it stands. */
    private static String text(@Nullable String encoded) {
        if (encoded == null || encoded.indexOf('%') < 0) {
            return encoded == null ? "" : encoded;
        }
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            int high = c == '%' && i + 2 < encoded.length() ? Character.digit(encoded.charAt(i + 1), HEX) : -1;
            int low = high < 0 ? -1 : Character.digit(encoded.charAt(i + 2), HEX);
            if (low >= 0) {
                decoded.write(high * HEX + low);
                i += 2;
            } else {
                decoded.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }
}
