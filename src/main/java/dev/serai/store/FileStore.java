package dev.serai.store;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the session file and says whether its keys are there. */
final class FileStore {
    private static final Logger LOG = LoggerFactory.getLogger(FileStore.class);

    private FileStore() {}

    static Records open(Path path, StoreKeys keys, StoreHealth health) throws StoreException {
        FileRecords records = FileRecords.open(path, System::currentTimeMillis, FileRecords.MOST);
        long unreadable =
                records.unreadable(keys.all().stream().map(StoreKey::id).toList());
        if (unreadable > 0) {
            health.failures.add(unreadable);
            LOG.warn(
                    "{}: {} sessions were stored with a key that is not configured; they will be opened again",
                    path,
                    unreadable);
        }
        return records;
    }
}
