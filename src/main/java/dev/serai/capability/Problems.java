package dev.serai.capability;

import dev.serai.capability.Problem.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong in one file; bounded, so that a hostile file cannot fill the memory with complaints. */
final class Problems {
    private static final int MOST = 1_000;

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private int errors;

    Problems(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }

    void error(int line, String message) {
        errors++;
        add(Severity.ERROR, line, message);
    }

    void warning(int line, String message) {
        add(Severity.WARNING, line, message);
    }

    /** How many errors there were so far: a reader compares it before and after a form. */
    int errors() {
        return errors;
    }

    /** In line order. */
    List<Problem> sorted() {
        return found.stream()
                .sorted(Comparator.comparingInt(problem -> problem.source().line()))
                .toList();
    }

    private void add(Severity severity, int line, String message) {
        if (found.size() < MOST) {
            found.add(new Problem(severity, new SourceLocation(file, line), message));
        } else if (found.size() == MOST) {
            found.add(new Problem(
                    severity,
                    new SourceLocation(file, line),
                    "more than " + MOST + " problems: the rest is not shown"));
        }
    }
}
