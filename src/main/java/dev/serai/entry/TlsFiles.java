package dev.serai.entry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The certificate chain and private key of the listener, two PEM files that may be replaced while it runs.
 *
 * @param certificate the chain, the own certificate first, {@code serai.http.tls.certificate}
 * @param key the private key, not encrypted, {@code serai.http.tls.key}
 */
public record TlsFiles(Path certificate, Path key) {
    private static final long LARGEST = 1L << 20;

    /**
     * What is in the files now.
     *
     * @throws IOException where one cannot be read, naming it, or the two do not belong together
     */
    Content read() throws IOException {
        Content content = new Content(bytes(certificate), bytes(key));
        TlsPair.check(content.pem());
        return content;
    }

    private static byte[] bytes(Path file) throws IOException {
        try {
            if (Files.size(file) <= LARGEST) {
                return Files.readAllBytes(file);
            }
        } catch (IOException e) {
            throw new IOException(file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
        throw new IOException(file + " is larger than " + LARGEST + " bytes");
    }

    /** One state of the two files; has no text form. */
    static final class Content {
        private final byte[] certificate;
        private final byte[] key;

        Content(byte[] certificate, byte[] key) {
            this.certificate = certificate;
            this.key = key;
        }

        PemKeyCertOptions pem() {
            return new PemKeyCertOptions()
                    .setCertValue(Buffer.buffer(certificate))
                    .setKeyValue(Buffer.buffer(key));
        }

        boolean isAs(@Nullable Content other) {
            return other != null && Arrays.equals(certificate, other.certificate) && Arrays.equals(key, other.key);
        }
    }
}
