package dev.serai.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The way back to whoever made a call, while the call is in progress. An entry whose callers can be told or asked
 * something sets it as an exchange property; a provider's route uses it. Methods, parameters and results are those of
 * MCP's messages from servers to clients, as raw JSON.
 */
public interface CallerChannel {
    /** Exchange property; an entry alone sets it, so no message can bring one along. */
    String PROPERTY = "SeraiCallerChannel";

    /** The channel of this exchange, or {@code null} where the entry has no way back. */
    static @Nullable CallerChannel of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, CallerChannel.class);
    }

    /** What the caller can be asked, as MCP's {@code ClientCapabilities}: {@code elicitation}, {@code sampling}, {@code roots}. */
    ObjectNode capabilities();

    /** Whether the caller wants {@code notifications/progress} of this call. */
    boolean wantsProgress();

    /**
     * From which level on the caller wants {@code notifications/message}: a name of RFC 5424 in small letters, such as
     * {@code info}; {@code null} where it wants none.
     */
    default @Nullable String leastLogLevel() {
        return null;
    }

    /** What the caller wants to be told of by making this call; {@code null} where it does not subscribe to anything. */
    default @Nullable Subscription subscription() {
        return null;
    }

    /**
     * Says that nothing has been done yet for the call, and what is asked next is all that it wants to know: with the
     * answers the call may as well begin anew, elsewhere too.
     */
    default void canBeginAnew() {
        // Of no use to a caller who waits here.
    }

    /**
     * Tells the caller something; does not block, and drops what the caller did not ask for or is too slow to take.
     *
     * @param method {@code notifications/progress} or {@code notifications/message}
     * @param params its parameters; a progress token in it is replaced by the caller's own
     */
    void tell(String method, ObjectNode params);

    /**
     * Asks the caller, and does not block.
     *
     * @param method {@code elicitation/create}, {@code sampling/createMessage} or {@code roots/list}
     * @return the result; or a {@link CapabilityException}: the caller cannot be asked this, refused with a JSON-RPC error,
     *     has gone, or did not answer before the call's deadline
     */
    CompletionStage<JsonNode> ask(String method, ObjectNode params);

    /**
     * The same, with the name that whoever asks gave the question; questions asked in a row reach the caller together.
     *
     * @param key unique among the open questions of the call; a caller may be shown another
     */
    default CompletionStage<JsonNode> ask(String key, String method, ObjectNode params) {
        return ask(method, params);
    }
}
