package dev.serai.grpc;

/** A server that answers a question of the gateway's own with a status that is no success. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Ending ending;

    RefusedException(Ending ending) {
        super(ending.status().name());
        this.ending = ending;
    }

    Ending ending() {
        return ending;
    }
}
