package dev.serai.importing;

/** Asks servers of one protocol what they offer; found by {@link java.util.ServiceLoader}. */
public interface Importer {
    /** The protocol's name, as the command line takes it and as declarations call their provider. */
    String kind();

    /** Whether what it reads may be a file; else it is a server. */
    default boolean readsFiles() {
        return false;
    }

    /**
     * Connects.
     *
     * @throws dev.serai.invocation.CapabilityException {@code upstream_unavailable}, {@code upstream_unauthorized},
     *     {@code upstream_error} or {@code upstream_protocol_error}
     */
    ImportConnection open(ImportSource source);
}
