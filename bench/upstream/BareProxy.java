import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/**
 * The least that a gateway on these libraries can cost: takes a POST, sends its body on to the MCP server, and answers with
 * what that answers. Arguments: the server's port, the id of an open session. Prints {@code listening on PORT}.
 */
public final class BareProxy extends AbstractVerticle {
    private static final int MOST_CONNECTIONS = 1024;

    private final int upstream;
    private final String session;

    private BareProxy(int upstream, String session) {
        this.upstream = upstream;
        this.session = session;
    }

    public static void main(String[] args) {
        int upstream = Integer.parseInt(args[0]);
        int loops = Runtime.getRuntime().availableProcessors();
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops).setPreferNativeTransport(true));
        vertx.deployVerticle(() -> new BareProxy(upstream, args[1]), new DeploymentOptions().setInstances(loops))
                .onFailure(failure -> {
                    System.err.println("cannot start: " + failure);
                    System.exit(1);
                });
    }

    @Override
    public void start(Promise<Void> started) {
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(upstream)
                .setMaxPoolSize(MOST_CONNECTIONS));
        vertx.createHttpServer()
                // A negative port is any free one, the same for every instance.
                .requestHandler(request -> request.body().onSuccess(body -> pass(client, request, body)))
                .listen(-1, "127.0.0.1")
                .onSuccess(server -> System.out.println("listening on " + server.actualPort()))
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void pass(HttpClient client, HttpServerRequest request, Buffer body) {
        client.request(HttpMethod.POST, "/mcp")
                .compose(onward -> onward.putHeader("Content-Type", "application/json")
                        .putHeader("Accept", "application/json, text/event-stream")
                        .putHeader("Mcp-Session-Id", session)
                        .send(body))
                .compose(answer -> answer.body()
                        .onSuccess(whole -> request.response()
                                .setStatusCode(answer.statusCode())
                                .putHeader("Content-Type", "application/json")
                                .end(whole)))
                .onFailure(failure -> request.response().setStatusCode(502).end());
    }
}
