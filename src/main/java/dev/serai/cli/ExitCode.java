package dev.serai.cli;

/** Exit codes of every verb. */
final class ExitCode {
    static final int OK = 0;
    /** The capability failed, or a check found an error. */
    static final int FAILED = 1;

    static final int USAGE = 2;
    /** The gateway or the upstream cannot be reached, or the gateway cannot start. */
    static final int UNREACHABLE = 3;

    private ExitCode() {}
}
