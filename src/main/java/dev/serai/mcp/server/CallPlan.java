package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import java.util.List;

/**
 * What answers a request.
 *
 * @param candidates tried in this order, as long as the server behind one answers with an error; at least one
 * @param arguments the same for each
 * @param shape makes the result of what the last one returned
 */
record CallPlan(List<Capability> candidates, ObjectNode arguments, Shape shape) {

    /** Makes a result, or throws an {@link RpcError}. */
    interface Shape {
        ObjectNode of(Capability capability, Outcome outcome, Asked asked);
    }
}
