package dev.serai.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What decides about a request before its body is read. */
public interface RequestHead {
    /** As sent, without the query. */
    String path();

    /** The path that the route serving it declares; {@code null} where no route does. */
    @Nullable
    String route();

    /** The values of a header field, in the order they came; the name ignores case. */
    List<String> headers(String name);

    /** The address of the other end of the connection, as text. */
    String peer();
}
