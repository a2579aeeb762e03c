package dev.serai.importing;

import java.util.ArrayList;
import java.util.List;

/** What an import did to a file, each line for people. */
public final class ImportReport {
    private final List<String> added = new ArrayList<>();
    private final List<String> changed = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    ImportReport() {}

    /** Ids. */
    public List<String> added() {
        return added;
    }

    /** Ids, each with what of it changed. */
    public List<String> changed() {
        return changed;
    }

    /** Ids. */
    public List<String> removed() {
        return removed;
    }

    /** Ids, each with why the file's own text stayed. */
    public List<String> kept() {
        return kept;
    }

    /** What of the server cannot be declared, and why. */
    public List<String> leftOut() {
        return leftOut;
    }
}
