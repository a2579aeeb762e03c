package dev.serai.session;

/** Why a session was opened. */
public enum OpenReason {
    /** A call found none, or none that was free. */
    COLD,
    /** The server no longer knew the one before. */
    LOST,
    /** The server refused the credential of the one before. */
    CREDENTIAL,
    /** The one before was about to reach its age. */
    REFRESH,
    /** The declaration asks for sessions before the first call. */
    WARM,
    /** An operator asked for it. */
    REQUESTED,
    /** None was: it was taken over from before a restart, or from another gateway. */
    RESTORED
}
