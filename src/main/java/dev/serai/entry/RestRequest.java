package dev.serai.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.ProblemDocument;
import dev.serai.invocation.SeraiHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads from a request the few things a caller may say about a call; all else stays behind. */
final class RestRequest {
    /** What precedes the capability id in a path. */
    static final String BASE = "/capabilities/";

    private static final int LONGEST_REQUEST_ID = 128;
    private static final int LONGEST_CONVERSATION = 256;
    private static final long LONGEST_TIMEOUT_MS = 86_400_000;
    private static final Set<String> PRIORITIES = Set.of("high", "medium", "low");
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;

    private final IngressRequest request;
    private final Map<String, Object> headers = new HashMap<>();
    private final Map<String, List<String>> query;
    private @Nullable ObjectNode problem;

    private RestRequest(IngressRequest request) {
        this.request = request;
        this.query = request.query() == null
                ? Map.of()
                : new QueryStringDecoder(request.query(), StandardCharsets.UTF_8, false).parameters();
    }

    static RestRequest read(IngressRequest request) {
        RestRequest read = new RestRequest(request);
        read.readId();
        read.readText(SeraiHeaders.REQUEST_ID, InvocationHeaders.REQUEST_ID, LONGEST_REQUEST_ID);
        read.readText(SeraiHeaders.CONVERSATION, InvocationHeaders.CONVERSATION, LONGEST_CONVERSATION);
        read.readPriority();
        read.readTimeout();
        read.readMediaType();
        if (read.isTrue("raw")) {
            read.headers.put(InvocationHeaders.RAW, true);
        }
        return read;
    }

    /** The capability id of a path below {@link #BASE}, decoded; {@code null} where it is not valid. */
    static @Nullable String idOf(IngressRequest request) {
        String path = request.path();
        try {
            return path.length() > BASE.length() ? Percent.decode(path.substring(BASE.length())) : "";
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The headers of the call; without a problem complete, else those that were valid. */
    Map<String, Object> headers() {
        return headers;
    }

    /** The first thing wrong with the request; {@code null} where nothing is. */
    @Nullable
    ObjectNode problem() {
        return problem;
    }

    /** Whether the answer is to be an event stream. */
    boolean wantsEvents() {
        if (isTrue("stream")) {
            return true;
        }
        String accept = String.join(",", request.headers("Accept")).toLowerCase(Locale.ROOT);
        return accept.contains("text/event-stream")
                && !accept.contains("json")
                && !accept.contains("*/*")
                && !accept.contains("application/*");
    }

    private void readId() {
        String id = idOf(request);
        if (id == null) {
            refuse("The capability id in the path is not valid percent-encoding.");
        } else {
            headers.put(InvocationHeaders.ID, id);
        }
    }

    private void readText(String field, String header, int longest) {
        String value = only(field);
        if (value == null) {
            return;
        }
        boolean visible = value.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (value.isEmpty() || value.length() > longest || !visible) {
            refuse(field + ": expected 1 to " + longest + " visible ASCII characters.");
        } else {
            headers.put(header, value);
        }
    }

    private void readPriority() {
        String value = only(SeraiHeaders.PRIORITY);
        if (value != null && PRIORITIES.contains(value)) {
            headers.put(InvocationHeaders.PRIORITY, value);
        } else if (value != null) {
            refuse(SeraiHeaders.PRIORITY + ": expected one of high, medium, low.");
        }
    }

    private void readTimeout() {
        String value = only(SeraiHeaders.TIMEOUT_MS);
        if (value == null) {
            return;
        }
        boolean digits =
                value.length() <= 8 && !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
        long millis = digits ? Long.parseLong(value) : 0;
        if (millis < 1 || millis > LONGEST_TIMEOUT_MS) {
            refuse(SeraiHeaders.TIMEOUT_MS + ": expected a whole number from 1 to " + LONGEST_TIMEOUT_MS + ".");
        } else {
            headers.put(InvocationHeaders.TIMEOUT_MS, millis);
        }
    }

    private void readMediaType() {
        String encoding = request.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            refuse(UNSUPPORTED_MEDIA_TYPE, "Unsupported media type", "Content-Encoding: expected none.");
            return;
        }
        String type = request.header("Content-Type");
        if (type != null && !isJson(type)) {
            refuse(UNSUPPORTED_MEDIA_TYPE, "Unsupported media type", "Content-Type: expected application/json.");
        }
    }

    private static boolean isJson(String contentType) {
        int end = contentType.indexOf(';');
        String type =
                (end < 0 ? contentType : contentType.substring(0, end)).trim().toLowerCase(Locale.ROOT);
        return type.isEmpty()
                || type.equals("application/json")
                || type.equals("text/plain")
                || type.equals("text/json")
                || type.endsWith("+json");
    }

    private @Nullable String only(String field) {
        List<String> values = request.headers(field);
        if (values.size() > 1) {
            refuse(field + ": sent " + values.size() + " times, expected once.");
            return null;
        }
        return values.isEmpty() ? null : values.get(0);
    }

    private boolean isTrue(String parameter) {
        return query.getOrDefault(parameter, List.of()).contains("true");
    }

    private void refuse(String detail) {
        refuse(ErrorCode.INVALID_ARGUMENTS.httpStatus(), ErrorCode.INVALID_ARGUMENTS.title(), detail);
    }

    private void refuse(int status, String title, String detail) {
        if (problem == null) {
            problem = ProblemDocument.of(
                    ErrorCode.INVALID_ARGUMENTS,
                    status,
                    title,
                    detail,
                    (String) headers.get(InvocationHeaders.ID),
                    (String) headers.get(InvocationHeaders.REQUEST_ID));
            headers.put(InvocationHeaders.REQUEST_ID, problem.path("requestId").asText());
        }
    }
}
