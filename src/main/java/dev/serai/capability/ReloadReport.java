package dev.serai.capability;

import java.nio.file.Path;
import java.util.List;

/**
 * What a reload did.
 *
 * @param read how many files were read, because they are new or changed
 * @param deleted how many files are gone, their declarations with them
 * @param kept the files whose earlier declarations stay in force, because of an error in them
 * @param capabilities how many capabilities are in force now
 * @param problems everything that is wrong now, in file order
 */
public record ReloadReport(int read, int deleted, List<Path> kept, int capabilities, List<Problem> problems) {
    public ReloadReport {
        kept = List.copyOf(kept);
        problems = List.copyOf(problems);
    }
}
