package dev.serai.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only file of records, readable by its owner only. Not safe for several threads. No channel, because an
 * interrupt of the writing thread would close that.
 */
final class LogFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);
    private static final byte[] HEAD = {'S', 'e', 'r', 'a', 'i', ' ', '1', '\n'};
    private static final long LARGEST = 256L << 20;
    private static final long SLACK = 1L << 20;

    private final Path path;
    private RandomAccessFile file;
    private long end;
    private long tidyEnd;
    private boolean unforced;
    private boolean damagedInside;

    private LogFile(Path path) throws IOException {
        this.path = path;
        create(path);
        this.file = new RandomAccessFile(path.toFile(), "rw");
    }

    /** Opens or makes the file, and tells every whole record in it. What is damaged is left out with a warning. */
    static LogFile open(Path path, Consumer<LogRecord> told) throws IOException {
        LogFile file = new LogFile(path);
        try {
            file.load(told);
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void load(Consumer<LogRecord> told) throws IOException {
        long size = file.length();
        if (size > LARGEST) {
            throw new IOException("it has more than " + LARGEST + " bytes");
        }
        ByteBuffer all = ByteBuffer.wrap(new byte[(int) size]);
        file.readFully(all.array());
        if (all.limit() < HEAD.length) {
            // New, or cut off while it was made.
            file.setLength(0);
            write(HEAD);
            return;
        }
        if (!all.slice(0, HEAD.length).equals(ByteBuffer.wrap(HEAD))) {
            throw new IOException("it was not written by a session store; move it away or name another");
        }
        all.position(HEAD.length);
        read(all, told);
    }

    private void read(ByteBuffer all, Consumer<LogRecord> told) throws IOException {
        end = HEAD.length;
        long damaged = 0;
        while (all.hasRemaining()) {
            int start = all.position();
            LogRecord record = LogRecord.read(all);
            if (record == null) {
                all.position(start + 1);
                damaged++;
            } else {
                told.accept(record);
                end = all.position();
            }
        }
        long cutOff = all.limit() - end;
        if (cutOff > 0) {
            file.setLength(end);
            LOG.info("{}: its last {} bytes are no whole record and were cut off", path, cutOff);
        }
        damagedInside = damaged > cutOff;
        if (damagedInside) {
            LOG.warn(
                    "{}: {} damaged bytes were left out; the sessions in them will be opened again",
                    path,
                    damaged - cutOff);
        }
    }

    /** Written when it returns, so that the end of this process does no harm; on disk after {@link #force()}. */
    void append(LogRecord record) throws IOException {
        write(record.bytes().array());
    }

    private void write(byte[] bytes) throws IOException {
        file.seek(end);
        file.write(bytes);
        // Not before: what a failed write left is written over by the next.
        end += bytes.length;
        unforced = true;
    }

    void force() throws IOException {
        if (unforced) {
            unforced = false;
            file.getFD().sync();
        }
    }

    /** Whether so much has been written since the file was tidy, or it is so damaged, that it is time to tidy again. */
    boolean isUntidy() {
        return damagedInside || end > 2 * tidyEnd + SLACK;
    }

    /** Replaces the file by one with these records only: whole, or not at all. */
    void tidy(List<LogRecord> records) throws IOException {
        Path next = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(next);
        LogFile tidy = new LogFile(next);
        try {
            tidy.write(HEAD);
            for (LogRecord record : records) {
                tidy.append(record);
            }
            tidy.force();
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            tidy.close();
            throw e;
        }
        file.close();
        file = tidy.file;
        end = tidy.end;
        tidyEnd = end;
        damagedInside = false;
        unforced = false;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Makes the file if there is none; only its owner may then read it, where the file system knows permissions. */
    static void create(Path path) throws IOException {
        if (Files.exists(path)) {
            return;
        }
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownersOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(path, ownersOnly);
    }
}
