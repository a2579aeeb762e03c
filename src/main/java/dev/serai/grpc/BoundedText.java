package dev.serai.grpc;

import java.io.IOException;

/** Text that must not grow beyond a length. */
final class BoundedText implements Appendable {
    private final StringBuilder text = new StringBuilder();
    private final int most;

    /** @param most characters */
    BoundedText(int most) {
        this.most = most;
    }

    private void check(int more) throws IOException {
        if (more > most - text.length()) {
            throw new IOException("longer than " + most + " characters");
        }
    }

    @Override
    public Appendable append(CharSequence more) throws IOException {
        check(more.length());
        text.append(more);
        return this;
    }

    @Override
    public Appendable append(CharSequence more, int start, int end) throws IOException {
        check(end - start);
        text.append(more, start, end);
        return this;
    }

    @Override
    public Appendable append(char more) throws IOException {
        check(1);
        text.append(more);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
