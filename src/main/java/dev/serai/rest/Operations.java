package dev.serai.rest;

import dev.serai.capability.Capability;
import dev.serai.capability.ProviderMetadata;
import java.util.concurrent.ConcurrentHashMap;

/** The operations of declarations, each made on first use; as many as there are declarations. */
final class Operations {
    private final ConcurrentHashMap<String, Known> known = new ConcurrentHashMap<>();

    private record Known(Capability capability, Operation operation) {}

    /** A declaration that was loaded anew is another one, whatever it says. */
    @SuppressWarnings("ReferenceEquality")
    Operation of(Capability capability) {
        Known found = known.get(capability.id());
        if (found == null || found.capability() != capability) {
            found = new Known(
                    capability,
                    Operation.of(ProviderMetadata.block(capability.metadata(), String.valueOf(capability.provider()))));
            known.put(capability.id(), found);
        }
        return found.operation();
    }
}
