package dev.serai.scenario;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;

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

    static SessionPeer mcp() {
        SampleMcpServer server = new SampleMcpServer();
        server.start();
        return new SessionPeer() {
            @Override
            public void declare(TestGateway.Builder gateway, String id, String session) {
                gateway.capabilities(id + ".yaml", """
                        capabilities:
                          - id: %s
                            metadata:
                              mcp: { server_url: "%s", requires_session: true, tool_name: echo }
                              session: %s
                        """.formatted(id, server.uri(), session));
            }

            @Override
            public long opened() {
                return server.counters().initialize();
            }

            @Override
            public long closed() {
                return server.counters().deletes();
            }

            @Override
            public long works() {
                return server.counters().executions("echo");
            }

            @Override
            public void lose() {
                server.expireAllSessions();
            }

            @Override
            public void close() {
                server.close();
            }
        };
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
        return new SessionPeer() {
            @Override
            public void declare(TestGateway.Builder gateway, String id, String session) {
                String text = block.formatted(server.url()).replaceAll("\\s+", " ");
                gateway.capabilities(
                        id + ".yaml",
                        "capabilities:\n  - id: " + id + "\n    metadata:\n      " + text + "\n      session: "
                                + session + "\n");
                gateway.environment("PEER_LOGIN", LoginServer.LOGIN);
            }

            @Override
            public long opened() {
                return server.logins();
            }

            @Override
            public long closed() {
                return server.logouts();
            }

            @Override
            public long works() {
                return server.works();
            }

            @Override
            public void lose() {
                server.lose();
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }

    /** A server whose sessions are connections. */
    static SessionPeer webSocket() {
        SocketServer server = new SocketServer();
        return new SessionPeer() {
            @Override
            public void declare(TestGateway.Builder gateway, String id, String session) {
                gateway.capabilities(id + ".yaml", """
                        capabilities:
                          - id: %s
                            metadata:
                              websocket: { server_url: "%s", requires_session: true, message: '{"method": "work"}' }
                              session: %s
                        """.formatted(id, server.url(), session));
            }

            @Override
            public long opened() {
                return server.opened();
            }

            @Override
            public long closed() {
                return server.closed();
            }

            @Override
            public long works() {
                return server.works();
            }

            @Override
            public void lose() {
                server.lose();
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }

    /** A server whose sessions are connections, which it ends by asking its clients to leave. */
    static SessionPeer grpc() {
        EchoServer server = EchoServer.start();
        return new SessionPeer() {
            @Override
            public void declare(TestGateway.Builder gateway, String id, String session) {
                gateway.capabilities(id + ".yaml", """
                        capabilities:
                          - id: %s
                            metadata:
                              grpc: { server_url: "%s", requires_session: true, method: lab.v1.Echo/Say }
                              session: %s
                        """.formatted(id, server.url(), session));
            }

            @Override
            public long opened() {
                return server.opened();
            }

            @Override
            public long closed() {
                return server.awaitClosed();
            }

            @Override
            public long works() {
                return server.said();
            }

            @Override
            public void lose() {
                server.sendAway();
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }

    static SessionPeer chat() {
        return new ChatPeer();
    }

    /** Routes of the operator's, which open, use and close the tickets of a made-up server. */
    static SessionPeer ownRoutes() {
        LedgerServer server = new LedgerServer();
        return new SessionPeer() {
            @Override
            public void declare(TestGateway.Builder gateway, String id, String session) {
                gateway.routes(
                        "book.yaml",
                        NewProviderTest.routes("ledger")
                                .replace("ledger-open-session", "book-open")
                                .replace("ledger-call", "book-entry")
                                .replace("ledger-close-session", "book-close"));
                gateway.environment("LEDGER_SECRET", LedgerServer.SECRET)
                        .capabilities(id + ".yaml", """
                        capabilities:
                          - id: %s
                            metadata:
                              camel:
                                server_url: "%s"
                                requires_session: true
                                auth_env_var: LEDGER_SECRET
                                route: "direct:book-entry"
                                open_route: "direct:book-open"
                                close_route: "direct:book-close"
                              session: %s
                        """.formatted(id, server.url(), session));
            }

            @Override
            public long opened() {
                return server.logins();
            }

            @Override
            public long closed() {
                return server.logouts();
            }

            @Override
            public long works() {
                return server.entries();
            }

            @Override
            public void lose() {
                server.expire(401);
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }
}
