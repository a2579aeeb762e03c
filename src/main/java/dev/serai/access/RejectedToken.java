package dev.serai.access;

/** Why a token lets nobody in. The message goes into an answer: it holds nothing of the token. */
final class RejectedToken extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean undecided;

    private RejectedToken(String why, boolean undecided) {
        super(why, null, false, false);
        this.undecided = undecided;
    }

    static RejectedToken because(String why) {
        return new RejectedToken(why, false);
    }

    /** The issuer's keys are out of reach, so that nobody can say whether it is good. */
    static RejectedToken undecided() {
        return new RejectedToken("the keys of the issuer cannot be fetched", true);
    }

    boolean isUndecided() {
        return undecided;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
