package dev.serai.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.invocation.ErrorCode;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** That an operator finds every code that the gateway answers with, and its status, in one table. */
class ErrorCodesPageTest {
    private static final Path PAGE = Path.of("docs/operations.md");
    private static final Pattern USED = Pattern.compile("ErrorCode\\.([A-Z]+(?:_[A-Z]+)*)\\b");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| (\\d{3}) \\|");

    @Test
    void everyCodeThatIsUsedIsExplainedWithItsStatus() {
        Set<String> used = new TreeSet<>();
        for (Path file : Sources.below(Sources.MAIN, ".java")) {
            Matcher code = USED.matcher(Sources.code(file));
            while (code.find()) {
                ErrorCode found = ErrorCode.valueOf(code.group(1));
                used.add(found.wireName() + " " + found.httpStatus());
            }
        }
        Set<String> explained = new TreeSet<>();
        Matcher row = ROW.matcher(Sources.read(PAGE));
        while (row.find()) {
            explained.add(row.group(1) + " " + row.group(2));
        }

        assertThat(used).hasSizeGreaterThan(15);
        assertThat(explained).containsAll(used);
    }
}
