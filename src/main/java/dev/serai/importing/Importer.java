package dev.serai.importing;

/** Asks servers of one protocol what they offer; found by {@link java.util.ServiceLoader}. */
public interface Importer {
    /** The protocol's name, as the command line takes it and as declarations call their provider. */
    String kind();

    /**
     * Connects.
     *
     * @throws dev.serai.invocation.CapabilityException {@code upstream_unavailable}, {@code upstream_unauthorized},
     *     {@code upstream_error} or {@code upstream_protocol_error}
     */
    ImportConnection open(ImportSource source);
}
