package dev.serai.entry;

import dev.serai.invocation.Traces;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SSLOptions;
import java.io.IOException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a replaced certificate up for new connections; one that cannot be used changes nothing. */
final class TlsRenewal {
    static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

    private static final Logger LOG = LoggerFactory.getLogger(TlsRenewal.class);
    private static final long LOOK_MS = 2_000;

    private final TlsFiles files;
    private final HttpServer server;
    private TlsFiles.Content seen;
    /** What was wrong at the last look; empty where nothing was. */
    private String told = "";

    private TlsRenewal(TlsFiles files, HttpServer server, TlsFiles.Content seen) {
        this.files = files;
        this.server = server;
        this.seen = seen;
    }

    /** Looks at the files from time to time, on a thread that may block. */
    static void start(Vertx vertx, TlsFiles files, HttpServer server, TlsFiles.Content first) {
        TlsRenewal renewal = new TlsRenewal(files, server, first);
        vertx.setPeriodic(LOOK_MS, timer -> vertx.executeBlocking(files::read)
                .onSuccess(renewal::takeUp)
                .onFailure(renewal::keep));
    }

    private void takeUp(TlsFiles.Content now) {
        told = "";
        if (now.isAs(seen)) {
            return;
        }
        seen = now;
        server.updateSSLOptions(
                        new SSLOptions().setKeyCertOptions(now.pem()).setEnabledSecureTransportProtocols(PROTOCOLS))
                .onSuccess(done -> LOG.info("the certificate {} has been taken up", files.certificate()))
                .onFailure(this::keep);
    }

    private void keep(Throwable failure) {
        String why = failure instanceof IOException ? String.valueOf(failure.getMessage()) : Traces.of(failure);
        if (!why.equals(told)) {
            told = why;
            LOG.warn("the certificate of before stays in use: {}", why);
        }
    }
}
