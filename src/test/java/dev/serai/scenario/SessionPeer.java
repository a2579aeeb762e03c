package dev.serai.scenario;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.util.function.LongSupplier;

/** A server whose sessions are counted, and how a capability of it is declared. */
interface SessionPeer extends AutoCloseable {
    /** Adds the declaration of {@code id}, routes and credential; {@code session} is the declaration's session block. */
    void declare(TestGateway.Builder gateway, String id, String session);

    /** Told of the gateway that it is declared to, for a peer that has to ask it. */
    default void watch(TestGateway gateway) {}

    /** What a call of it is made with. */
    default String arguments() {
        return "{\"message\":\"x\"}";
    }

    long opened();

    long closed();

    /** Calls that were worked on. */
    long works();

    /** Forgets every session, as such servers do. */
    void lose();

    @Override
    void close();

    /** Adds what {@link SessionPeer#declare} does. */
    @FunctionalInterface
    interface Declaration {
        void add(TestGateway.Builder gateway, String id, String session);
    }

    /** A peer whose server counts. */
    record Counting(
            Declaration declaration,
            LongSupplier openings,
            LongSupplier closings,
            LongSupplier calls,
            Runnable loss,
            AutoCloseable server)
            implements SessionPeer {
        @Override
        public void declare(TestGateway.Builder gateway, String id, String session) {
            declaration.add(gateway, id, session);
        }

        @Override
        public long opened() {
            return openings.getAsLong();
        }

        @Override
        public long closed() {
            return closings.getAsLong();
        }

        @Override
        public long works() {
            return calls.getAsLong();
        }

        @Override
        public void lose() {
            loss.run();
        }

        @Override
        public void close() {
            try {
                server.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The declaration of one capability, its metadata but the session block given in one line. */
    private static void declared(TestGateway.Builder gateway, String id, String metadata, String session) {
        gateway.capabilities(
                id + ".yaml", """
                capabilities:
                  - id: %s
                    metadata:
                      %s
                      session: %s
                """.formatted(id, metadata.replaceAll("\\s+", " ").strip(), session));
    }

    static SessionPeer mcp() {
        SampleMcpServer server = new SampleMcpServer();
        server.start();
        return new Counting(
                (gateway, id, session) -> declared(
                        gateway,
                        id,
                        "mcp: { server_url: \"%s\", requires_session: true, tool_name: echo }".formatted(server.uri()),
                        session),
                () -> server.counters().initialize(),
                () -> server.counters().deletes(),
                () -> server.counters().executions("echo"),
                server::expireAllSessions,
                server);
    }

    /** An HTTP API, under either name of its provider. */
    static SessionPeer web(String provider) {
        return login("""
                %1$s: { server_url: "%%s", method: POST, path: /work, login_path: /login, login_token: /data/token,
                        login_cookie: sid, login_csrf: csrf, login_expires: /data/expires, logout_path: /logout,
                        requires_session: true, auth_env_var: PEER_LOGIN, auth_scheme: basic }
                """.formatted(provider));
    }

    static SessionPeer graphql() {
        return login("""
                graphql: { server_url: "%s/graphql", query: "{ work }", login_token: /data/login/token,
                           login_query: "mutation ($username: String!, $password: String!) { login { token } }",
                           logout_query: "mutation { logout }",
                           requires_session: true, auth_env_var: PEER_LOGIN, auth_scheme: basic }
                """);
    }

    private static SessionPeer login(String block) {
        LoginServer server = new LoginServer();
        return new Counting(
                (gateway, id, session) -> {
                    declared(gateway, id, block.formatted(server.url()), session);
                    gateway.environment("PEER_LOGIN", LoginServer.LOGIN);
                },
                server::logins,
                server::logouts,
                server::works,
                server::lose,
                server);
    }

    /** A server whose sessions are connections. */
    static SessionPeer webSocket() {
        SocketServer server = new SocketServer();
        return new Counting(
                (gateway, id, session) -> declared(
                        gateway,
                        id,
                        "websocket: { server_url: \"%s\", requires_session: true, message: '{\"method\": \"work\"}' }"
                                .formatted(server.url()),
                        session),
                server::opened,
                server::closed,
                server::works,
                server::lose,
                server);
    }

    /** A server whose sessions are connections, which it ends by asking its clients to leave. */
    static SessionPeer grpc() {
        EchoServer server = EchoServer.start();
        return new Counting(
                (gateway, id, session) -> declared(
                        gateway,
                        id,
                        "grpc: { server_url: \"%s\", requires_session: true, method: lab.v1.Echo/Say }"
                                .formatted(server.url()),
                        session),
                server::opened,
                server::closed,
                server::said,
                server::sendAway,
                server);
    }

    /** Its server knows of no sessions. */
    static SessionPeer chat() {
        return new ChatPeer();
    }

    /** Routes of the operator's, which open, use and close the tickets of a made-up server. */
    static SessionPeer ownRoutes() {
        LedgerServer server = new LedgerServer();
        return new Counting(
                (gateway, id, session) -> {
                    gateway.routes(
                                    "book.yaml",
                                    NewProviderTest.routes("ledger")
                                            .replace("ledger-open-session", "book-open")
                                            .replace("ledger-call", "book-entry")
                                            .replace("ledger-close-session", "book-close"))
                            .environment("LEDGER_SECRET", LedgerServer.SECRET);
                    declared(gateway, id, """
                            camel: { server_url: "%s", requires_session: true, auth_env_var: LEDGER_SECRET,
                                     route: "direct:book-entry", open_route: "direct:book-open",
                                     close_route: "direct:book-close" }
                            """.formatted(server.url()), session);
                },
                server::logins,
                server::logouts,
                server::entries,
                () -> server.expire(401),
                server);
    }
}
