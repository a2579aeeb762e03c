package dev.serai.scenario;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that writes its answers byte by byte as a script says, one request to a connection. */
final class RawServer implements AutoCloseable {
    private static final Pattern RPC_ID = Pattern.compile("\"id\":(\\d+)");
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");
    private static final int BETWEEN_DRIPS_MS = 20;

    /** Writes one answer; a connection that the other side cut ends it with an exception. */
    @FunctionalInterface
    interface Script {
        void answer(String rpcId, OutputStream out) throws IOException, InterruptedException;
    }

    /** In place of the id of a message that asks for no answer; such are taken and not counted, like probes. */
    private static final String NOTICE = "null";

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private volatile Script script;

    RawServer(Script script) {
        this.script = script;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        thread(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort() + "/mcp";
    }

    int requests() {
        return requests.get();
    }

    /** Answers that the client did not wait for to the end. */
    int cut() {
        return cut.get();
    }

    /** Connections whose client still waits. */
    int waiting() {
        return open.size();
    }

    /** The heads of all requests, of probes and notices too. */
    List<String> heads() {
        return heads;
    }

    void answerWith(Script next) {
        script = next;
    }

    /** One that works: the text {@code fine}. */
    static void fine(String rpcId, OutputStream out) throws IOException {
        json(out, "", result(rpcId, "{\"content\":[{\"type\":\"text\",\"text\":\"fine\"}]}"));
    }

    static String result(String rpcId, String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + rpcId + ",\"result\":" + result + "}";
    }

    /** {@code headers} are whole lines, each with its end. */
    static void json(OutputStream out, String headers, String body) throws IOException {
        body(out, "Content-Type: application/json\r\n" + headers, body.getBytes(StandardCharsets.UTF_8));
    }

    static void body(OutputStream out, String headers, byte[] body) throws IOException {
        write(
                out,
                "HTTP/1.1 200 OK\r\nConnection: close\r\n" + headers + "Content-Length: " + body.length + "\r\n\r\n");
        out.write(body);
        out.flush();
    }

    /** A body without a length: it ends with the connection. */
    static void head(OutputStream out, String contentType) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " + contentType + "\r\n\r\n");
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** The same text again and again, slowly, until the other side has had enough. */
    void drip(OutputStream out, String text) throws IOException, InterruptedException {
        while (!closed.await(BETWEEN_DRIPS_MS, TimeUnit.MILLISECONDS)) {
            write(out, text);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                thread(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            String body = body(socket.getInputStream());
            Matcher found = RPC_ID.matcher(body);
            String id = found.find() ? found.group(1) : NOTICE;
            if (body.contains("\"server/discover\"")) {
                json(
                        socket.getOutputStream(),
                        "",
                        "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":-32601,\"message\":\"no\"}}");
                return;
            }
            if (id.equals(NOTICE)) {
                write(
                        socket.getOutputStream(),
                        "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                return;
            }
            requests.incrementAndGet();
            script.answer(id, socket.getOutputStream());
        } catch (IOException e) {
            cut.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    private String body(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("the client closed before its request");
            }
            head.write(b);
        }
        heads.add(head.toString(StandardCharsets.ISO_8859_1));
        Matcher length =
                LENGTH.matcher(head.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT));
        return length.find()
                ? new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8)
                : "";
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
