package dev.serai.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FileRecordsTest {
    private static final long HOUR = 3_600_000;
    private static final long IDLE = 60_000;
    private static final String FIRST = "0123456789abcdef0123456789abcdef";
    private static final String SECOND = "00000000000000000000000000000002";
    private static final String TAG = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static final String OTHER_TAG = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    @TempDir
    Path folder;

    private long now = 1_000_000_000L;

    private Path file() {
        return folder.resolve("sessions.store");
    }

    private FileRecords open() throws StoreException {
        return FileRecords.open(file(), () -> now, FileRecords.MOST);
    }

    private Entry entry(String tag, String text) {
        return new Entry(tag, text.getBytes(StandardCharsets.UTF_8), IDLE, now + HOUR);
    }

    private static @Nullable String text(FileRecords records, String place) throws StoreException {
        Found found = records.look(place, null);
        return found.kind() == Found.Kind.STORED ? new String(found.sealed(), StandardCharsets.UTF_8) : null;
    }

    @Test
    void whatWasWrittenIsThereAgain() throws StoreException {
        try (FileRecords records = open()) {
            records.activate(FIRST, "", entry(TAG, "one"));
            records.activate(SECOND, "", entry(TAG, "two"));
            records.remove(SECOND, TAG, 0);
        }
        try (FileRecords records = open()) {
            assertThat(text(records, FIRST)).isEqualTo("one");
            assertThat(text(records, SECOND)).isNull();
        }
    }

    @Test
    void aFileCutOffAnywhereInItsLastWriteKeepsWhatWasBefore() throws Exception {
        try (FileRecords records = open()) {
            records.activate(FIRST, "", entry(TAG, "one"));
        }
        int before = (int) Files.size(file());
        try (FileRecords records = open()) {
            records.activate(SECOND, "", entry(OTHER_TAG, "two"));
        }
        byte[] whole = Files.readAllBytes(file());
        assertThat(whole.length).isGreaterThan(before);
        for (int length = before; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            try (FileRecords records = open()) {
                assertThat(text(records, FIRST)).as("cut off at %s", length).isEqualTo("one");
                assertThat(text(records, SECOND)).isNull();
                records.activate(SECOND, "", entry(TAG, "again"));
            }
            try (FileRecords records = open()) {
                assertThat(text(records, SECOND)).as("after %s", length).isEqualTo("again");
            }
        }
    }

    @Test
    void aNewFileCutOffAnywhereStartsEmpty() throws Exception {
        open().close();
        byte[] whole = Files.readAllBytes(file());
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            try (FileRecords records = open()) {
                assertThat(text(records, FIRST)).isNull();
            }
        }
    }

    @Test
    void aDamagedRecordCostsNoOther() throws Exception {
        int end;
        try (FileRecords records = open()) {
            records.activate(FIRST, "", entry(TAG, "one"));
            end = (int) Files.size(file());
            records.activate(SECOND, "", entry(OTHER_TAG, "two"));
        }
        byte[] whole = Files.readAllBytes(file());
        for (int at = end / 2; at < end; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x40;
            Files.write(file(), damaged);
            try (FileRecords records = open()) {
                assertThat(text(records, SECOND)).as("damaged at %s", at).isEqualTo("two");
                assertThat(text(records, FIRST)).as("damaged at %s", at).isNull();
            }
        }
    }

    @Test
    void aFileOfAnotherKindIsLeftAlone() throws Exception {
        Files.writeString(file(), "important: something else\n");
        assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("move it away");
        assertThat(file()).hasContent("important: something else\n");
    }

    @Test
    void twoDoNotShareAFile() throws StoreException {
        try (FileRecords first = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("another gateway uses it");
            first.activate(FIRST, "", entry(TAG, "one"));
        }
        try (FileRecords second = open()) {
            assertThat(text(second, FIRST)).isEqualTo("one");
        }
    }

    @Test
    void onlyItsOwnerReadsTheFile() throws Exception {
        open().close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void anUnusedOneLapsesAndAUsedOneDoesNot() throws StoreException {
        try (FileRecords records = open()) {
            records.activate(FIRST, "", entry(TAG, "one"));
            records.activate(SECOND, "", entry(TAG, "two"));
            now += IDLE - 1;
            records.touch(List.of(new Touch(FIRST, TAG, IDLE, now + HOUR), new Touch(SECOND, OTHER_TAG, IDLE, 0)));
            now += 2;
            assertThat(text(records, FIRST)).isEqualTo("one");
            assertThat(text(records, SECOND)).isNull();
        }
        now += IDLE - 3;
        try (FileRecords records = open()) {
            assertThat(text(records, FIRST)).isEqualTo("one");
        }
        now += 1;
        try (FileRecords records = open()) {
            assertThat(text(records, FIRST)).isNull();
        }
    }

    @Test
    void theMaximumAgeHoldsHoweverBusy() throws StoreException {
        try (FileRecords records = open()) {
            records.activate(FIRST, "", new Entry(TAG, new byte[1], HOUR, now + 1_000));
            now += 999;
            records.touch(List.of(new Touch(FIRST, TAG, HOUR, 0)));
            assertThat(text(records, FIRST)).isNotNull();
            now += 1;
            assertThat(text(records, FIRST)).isNull();
        }
    }

    @Test
    void onlyTheSessionThatIsNamedIsTakenOut() throws StoreException {
        try (FileRecords records = open()) {
            records.activate(FIRST, "", entry(TAG, "one"));
            assertThat(records.remove(FIRST, OTHER_TAG, 0)).isEqualTo(Removal.ABSENT);
            assertThat(records.remove(FIRST, TAG, IDLE)).isEqualTo(Removal.NOT_REMOVED);
            now += IDLE - 1;
            assertThat(records.remove(FIRST, TAG, IDLE)).isEqualTo(Removal.SOLE);
            assertThat(records.remove(FIRST, TAG, 0)).isEqualTo(Removal.ABSENT);
        }
    }

    @Test
    void theFileIsTidiedBeforeItGrowsWithoutEnd() throws Exception {
        Touch touch = new Touch(FIRST, TAG, IDLE, now + HOUR);
        try (FileRecords records = open()) {
            records.activate(FIRST, "", entry(TAG, "one"));
            for (int i = 0; i < 60; i++) {
                records.touch(java.util.Collections.nCopies(1_000, touch));
                records.flush();
                assertThat(Files.size(file())).isLessThan(2 << 20);
            }
        }
        try (FileRecords records = open()) {
            assertThat(text(records, FIRST)).isEqualTo("one");
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("sessions.store", "sessions.store.lock");
        }
    }

    @Test
    void anInterruptedThreadDoesNotCloseTheFile() throws StoreException {
        try (FileRecords records = open()) {
            Thread.currentThread().interrupt();
            records.activate(FIRST, "", entry(TAG, "one"));
            assertThat(Thread.interrupted()).isTrue();
            records.flush();
            assertThat(text(records, FIRST)).isEqualTo("one");
        }
    }
}
