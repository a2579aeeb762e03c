package dev.serai.openapi;

import dev.serai.importing.ImportConnection;
import dev.serai.importing.ImportSource;
import dev.serai.importing.ImportedServer;
import dev.serai.importing.Importer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Operations of an HTTP API, from its description at a URL or in a file. */
public final class OpenApiImporter implements Importer {
    @Override
    public String kind() {
        return "openapi";
    }

    @Override
    public boolean readsFiles() {
        return true;
    }

    @Override
    public ImportConnection open(ImportSource source) {
        return new ImportConnection() {
            @Override
            public ImportedServer fetch() {
                return new Description(DescriptionText.read(source), source.url()).read();
            }

            @Override
            public void awaitChange(Duration otherwise) throws InterruptedException {
                // Nothing tells of a change: whoever wants to know looks again.
                new CountDownLatch(1).await(otherwise.toMillis(), TimeUnit.MILLISECONDS);
            }

            @Override
            public void close() {}
        };
    }
}
