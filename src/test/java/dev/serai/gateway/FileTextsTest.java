package dev.serai.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTextsTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

    @TempDir
    Path folder;

    private final FileTexts texts = new FileTexts();

    private Path file(String text, FileTime changed) throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), text);
        return Files.setLastModifiedTime(file, changed);
    }

    private String text(Path file) throws IOException {
        return texts.of(List.of(file)).getOrDefault(file, "");
    }

    @Test
    void aFileThatHasNotChangedForLongIsReadOnce() throws IOException {
        Path file = file("one", LONG_AGO);

        assertThat(text(file)).isEqualTo("one").isSameAs(text(file));
    }

    @Test
    void aChangeIsSeenByItsTimeItsLengthOrItsFile() throws IOException {
        Path file = file("one", LONG_AGO);
        assertThat(text(file)).isEqualTo("one");

        file("two", FileTime.from(LONG_AGO.toInstant().plusMillis(10)));
        assertThat(text(file)).isEqualTo("two");
        file("three", FileTime.from(LONG_AGO.toInstant().plusMillis(10)));
        assertThat(text(file)).isEqualTo("three");

        Path other = Files.writeString(folder.resolve("other"), "seven");
        Files.setLastModifiedTime(other, FileTime.from(LONG_AGO.toInstant().plusMillis(10)));
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(text(file)).isEqualTo("seven");
    }

    @Test
    void aSecondChangeWithinTheSameMomentIsSeen() throws IOException {
        FileTime now = FileTime.from(Instant.now());
        Path file = file("one", now);
        assertThat(text(file)).isEqualTo("one");

        file("two", now);
        assertThat(text(file)).isEqualTo("two");
    }
}
